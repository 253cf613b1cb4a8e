// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// What can be said about a question to a network, besides the picture; all optional, with the pipelines' defaults.
public struct VisionParameters: Sendable, Hashable {
    /// At most so many answers: classes, answers to a question, things found by text.
    public var topK: Int?
    /// How logits become scores of classes.
    public var function: ImageClassification.Function?
    /// Answers that are not scored above this are left out: things (0.5; by text 0.1), segments (0.9).
    public var threshold: Double?
    public var subtask: ImageSegmentation.Subtask?
    public var maskThreshold: Double?
    public var overlapThreshold: Double?
    /// What to look for, where the network knows no classes of its own.
    public var candidateLabels: [String] = []
    /// The sentence around a label, with `{}` in its place.
    public var hypothesisTemplate: String?
    public var question: String?
    /// One vector for the whole picture.
    public var isPooled = false

    /// More labels are refused.
    public static let maximumLabels = 1000

    public init() {}

    /// Reads the member `parameters` of a request, by the Hub's names. Members that are not known are passed over.
    ///
    /// Throws `HubError.badRequest` with the name of a member that makes no sense.
    public init(json: JSONValue?) throws(HubError) {
        guard let json, !json.isNull else { return }
        guard json.objectValue != nil else { throw HubError(.badRequest, "parameters must be an object") }
        func bad(_ key: String, _ expected: String) -> HubError { HubError(.badRequest, "\(key) must be \(expected)") }
        func value(_ key: String) -> JSONValue? {
            // Not `isNull ? nil : …`, where nil would be JSON's null.
            guard let value = json[key], !value.isNull else { return .none }
            return value
        }
        func share(_ key: String) throws(HubError) -> Double? {
            guard let value = value(key) else { return nil }
            guard let number = value.doubleValue, number.isFinite else { throw bad(key, "a number") }
            return number
        }
        func text(_ key: String) throws(HubError) -> String? {
            guard let value = value(key) else { return nil }
            guard let text = value.stringValue else { throw bad(key, "text") }
            return text
        }
        if let value = value("top_k") {
            guard let count = value.intValue, (1...100_000).contains(count) else {
                throw bad("top_k", "a positive number")
            }
            topK = Int(count)
        }
        if let name = try text("function_to_apply") {
            guard let function = ImageClassification.Function(rawValue: name) else {
                throw bad("function_to_apply", "softmax, sigmoid or none")
            }
            self.function = function
        }
        if let name = try text("subtask") {
            guard let subtask = ImageSegmentation.Subtask(rawValue: name) else {
                throw bad("subtask", "semantic, instance or panoptic")
            }
            self.subtask = subtask
        }
        threshold = try share("threshold")
        maskThreshold = try share("mask_threshold")
        overlapThreshold = try share("overlap_mask_area_threshold")
        hypothesisTemplate = try text("hypothesis_template")
        question = try text("question")
        if let value = value("pool") {
            guard let flag = value.boolValue else { throw bad("pool", "true or false") }
            isPooled = flag
        }
        if let value = value("candidate_labels") {
            // A list, or one text with commas.
            let listed =
                value.arrayValue?.map(\.stringValue) ?? value.stringValue?.split(separator: ",").map(String.init)
            let labels = listed?.compactMap { $0 }
            guard let labels, labels.count == listed?.count, labels.count <= Self.maximumLabels else {
                throw bad("candidate_labels", "a list of at most \(Self.maximumLabels) texts, or one text with commas")
            }
            candidateLabels = labels.map { label in
                let trimmed = label.unicodeScalars.drop { $0.properties.isWhitespace }
                return String(trimmed.reversed().drop { $0.properties.isWhitespace }.reversed())
            }
            .filter { !$0.isEmpty }
        }
    }
}
