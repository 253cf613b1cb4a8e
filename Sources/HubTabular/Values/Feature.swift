// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// A column: its name and type, as the `datasets` library prints them.
public struct Feature: Sendable, Hashable {
    public var name: String
    public var type: FeatureType

    public init(_ name: String, _ type: FeatureType) {
        self.name = name
        self.type = type
    }
}

/// The types of the `datasets` library that tables here have.
public indirect enum FeatureType: Sendable, Hashable {
    /// `int64`, `string`, `timestamp[us]` …
    case value(String)
    case classLabel([String])
    case image
    case list(FeatureType, length: Int)
    case record([Feature])
    /// A type that is shown as it is declared and whose cells are shown as they are stored.
    case other(JSONValue)

    /// The description that `datasets` gives and reads.
    public var json: JSONValue {
        switch self {
        case .value(let dtype): return ["dtype": .string(dtype), "_type": "Value"]
        case .classLabel(let names): return ["names": .array(names.map { .string($0) }), "_type": "ClassLabel"]
        case .image: return ["_type": "Image"]
        case .list(let element, let length):
            var members: JSONObject = ["feature": element.json]
            if length >= 0 { members["length"] = .int(Int64(length)) }
            members["_type"] = "List"
            return .object(members)
        case .record(let features): return Feature.json(features)
        case .other(let value): return value
        }
    }

    /// Reads a description; what is not known stays as it is.
    public init(describing json: JSONValue) {
        self.init(describing: json, depth: 0)
    }

    private init(describing json: JSONValue, depth: Int) {
        guard depth < 32 else {
            self = .other(json)
            return
        }
        // The list of one type that old versions wrote.
        if case .array(let items) = json {
            self =
                items.count == 1 ? .list(FeatureType(describing: items[0], depth: depth + 1), length: -1) : .other(json)
            return
        }
        switch (json["_type"]?.stringValue, json.objectValue) {
        case ("Value"?, _): self = json["dtype"]?.stringValue.map { .value($0) } ?? .other(json)
        case ("ClassLabel"?, _):
            self = .classLabel((json["names"]?.arrayValue ?? []).map { $0.stringValue ?? "" })
        case ("Image"?, _): self = .image
        case ("List"?, _), ("LargeList"?, _), ("Sequence"?, _):
            guard let element = json["feature"] else {
                self = .other(json)
                return
            }
            let length = json["length"]?.intValue.flatMap { Int(exactly: $0) } ?? -1
            self = .list(FeatureType(describing: element, depth: depth + 1), length: length)
        case (nil, let members?):
            self = .record(members.map { Feature($0.key, FeatureType(describing: $0.value, depth: depth + 1)) })
        default: self = .other(json)
        }
    }

    /// Whether pictures lie in cells of this type, however deep.
    public var holdsPictures: Bool {
        switch self {
        case .image: true
        case .list(let element, _): element.holdsPictures
        case .record(let features): features.contains { $0.type.holdsPictures }
        default: false
        }
    }

    /// Whether text that can be searched lies in cells of this type, however deep.
    public var holdsText: Bool {
        switch self {
        case .value(let dtype): dtype == "string" || dtype == "large_string"
        case .list(let element, _): element.holdsText
        case .record(let features): features.contains { $0.type.holdsText }
        default: false
        }
    }
}

extension Feature {
    /// `{name: type}`, the form in which features are written to files.
    public static func json(_ features: [Feature]) -> JSONValue {
        var members: JSONObject = [:]
        for feature in features { members[feature.name] = feature.type.json }
        return .object(members)
    }
}
