// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A class and how sure the network is of it.
public struct ScoredLabel: Sendable, Hashable {
    public let label: String
    public let score: Float

    public init(label: String, score: Float) {
        self.label = label
        self.score = score
    }

    /// `{"label": …, "score": …}`
    public var json: JSONValue { ["label": .string(label), "score": .double(Double(score))] }
}

/// image-classification
public struct ImageClassification: Sendable {
    /// How logits become scores.
    public enum Function: String, Sendable, Hashable, CaseIterable {
        case softmax
        case sigmoid
        case none

        /// The function for a configuration, from its kind of problem or its number of classes.
        public init(configuration: JSONValue, count: Int) {
            switch configuration["problem_type"]?.stringValue {
            case "regression": self = .none
            case "multi_label_classification": self = .sigmoid
            case "single_label_classification": self = .softmax
            default: self = count == 1 ? .sigmoid : .softmax
            }
        }
    }

    public var labels: LabelNames
    public var function: Function
    /// At most so many classes, the likeliest first.
    public var topK: Int

    public init(labels: LabelNames, function: Function = .softmax, topK: Int = 5) {
        self.labels = labels
        self.function = function
        self.topK = topK
    }

    /// Reads the output `logits`, `[batch, classes]`.
    ///
    /// Throws `HubError.unprocessable` when there is none.
    public func answer(_ outputs: NetworkOutputs) throws(HubError) -> [ScoredLabel] {
        let logits = try outputs.floats("logits", rank: 1).values
        let scores =
            switch function {
            case .softmax: Scores.softmax(logits)
            case .sigmoid: logits.map(Scores.sigmoid)
            case .none: logits
            }
        return Scores.ranked(scores).prefix(max(0, topK)).map { ScoredLabel(label: labels[$0], score: scores[$0]) }
    }
}

/// zero-shot-image-classification
public struct ZeroShotClassification: Sendable {
    /// The labels that the texts were made of, in their order.
    public var candidates: [String]
    /// Each label is judged by itself, as SigLIP was trained; else they share one.
    public var isIndependent: Bool

    public init(candidates: [String], isIndependent: Bool = false) {
        self.candidates = candidates
        self.isIndependent = isIndependent
    }

    /// The sentence that the network compares with the picture.
    public static func sentence(_ label: String, template: String = "This is a photo of {}.") -> String {
        template.replacing("{}", with: label, maxReplacements: 1)
    }

    /// Reads the output `logits_per_image`, `[images, texts]`.
    ///
    /// Throws `HubError.unprocessable` when there is none or it has not one number for each label.
    public func answer(_ outputs: NetworkOutputs) throws(HubError) -> [ScoredLabel] {
        let logits = try outputs.floats("logits_per_image", rank: 1).values
        guard logits.count == candidates.count else {
            throw HubError(.unprocessable, "The model compares with \(logits.count) texts, not \(candidates.count)")
        }
        let scores = isIndependent ? logits.map(Scores.sigmoid) : Scores.softmax(logits)
        return Scores.ranked(scores).map { ScoredLabel(label: candidates[$0], score: scores[$0]) }
    }
}

/// visual-question-answering by choosing among known answers, as ViLT does
public struct QuestionAnswering: Sendable {
    public var labels: LabelNames
    /// At most so many answers, the likeliest first.
    public var topK: Int

    public init(labels: LabelNames, topK: Int = 5) {
        self.labels = labels
        self.topK = topK
    }

    /// Reads the output `logits`, `[batch, answers]`: each answer is judged by itself.
    ///
    /// Throws `HubError.unprocessable` when there is none.
    public func answer(_ outputs: NetworkOutputs) throws(HubError) -> [ScoredAnswer] {
        let scores = try outputs.floats("logits", rank: 1).values.map(Scores.sigmoid)
        return Scores.ranked(scores).prefix(max(0, topK)).map { ScoredAnswer(answer: labels[$0], score: scores[$0]) }
    }
}

/// An answer and how sure the network is of it.
public struct ScoredAnswer: Sendable, Hashable {
    public let answer: String
    public let score: Float

    public init(answer: String, score: Float) {
        self.answer = answer
        self.score = score
    }

    /// `{"score": …, "answer": …}`
    public var json: JSONValue { ["score": .double(Double(score)), "answer": .string(answer)] }
}
