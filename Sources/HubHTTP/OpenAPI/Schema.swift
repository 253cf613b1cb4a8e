// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The form of a JSON value, as JSON Schema (2020-12) and as people read it.
///
/// Objects are open: what is not named may be there too, as the Hub's clients and cards grow.
struct Schema: Sendable {
    private(set) var json: JSONObject

    private init(_ json: JSONObject) { self.json = json }

    // MARK: Simple values

    static let any = Schema([:])
    static let text = Schema(["type": "string"])
    static let integer = Schema(["type": "integer"])
    /// Of bytes, rows or the like.
    static let count = Schema(["type": "integer", "minimum": 0])
    static let number = Schema(["type": "number"])
    static let flag = Schema(["type": "boolean"])
    /// ISO 8601, in UTC.
    static let time = Schema(["type": "string", "format": "date-time"])
    static let address = Schema(["type": "string", "format": "uri-reference"])
    static let oid = Schema(["type": "string", "pattern": "^[0-9a-f]{40}$"])
    static let sha256 = Schema(["type": "string", "pattern": "^[0-9a-f]{64}$"])
    static let bytes = Schema(["type": "string", "format": "binary"])
    static let yes = Schema(["const": true])

    static func words(_ values: String...) -> Schema {
        Schema(["type": "string", "enum": .array(values.map { .string($0) })])
    }

    static func integer(from first: Int64, to last: Int64) -> Schema {
        Schema(["type": "integer", "minimum": .int(first), "maximum": .int(last)])
    }

    // MARK: Compounds

    static func list(_ item: Schema) -> Schema { Schema(["type": "array", "items": .object(item.json)]) }

    static func map(_ value: Schema) -> Schema {
        Schema(["type": "object", "additionalProperties": .object(value.json)])
    }

    static func either(_ choices: Schema...) -> Schema {
        Schema(["anyOf": .array(choices.map { .object($0.json) })])
    }

    /// - Parameter members: those whose name ends in `?` may be absent.
    static func object(_ members: KeyValuePairs<String, Schema>) -> Schema {
        var properties: JSONObject = [:]
        var required: [JSONValue] = []
        for (key, schema) in members {
            let isOptional = key.hasSuffix("?")
            let name = isOptional ? String(key.dropLast()) : key
            properties[name] = .object(schema.json)
            if !isOptional { required.append(.string(name)) }
        }
        var json: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { json["required"] = .array(required) }
        return Schema(json)
    }

    /// One of ``APISchemas``.
    static func ref(_ name: String) -> Schema { Schema(["$ref": .string(refPrefix + name)]) }

    static let refPrefix = "#/components/schemas/"

    // MARK: Remarks

    func about(_ text: String) -> Schema { with("description", .string(text)) }

    /// What stands for it in examples.
    func like(_ example: String) -> Schema { with("examples", [.string(example)]) }

    var orNull: Schema {
        if let type = json["type"] {
            var schema = with("type", [type, "null"])
            if let words = json["enum"]?.arrayValue { schema.json["enum"] = .array(words + [.null]) }
            return schema
        }
        return Schema(["anyOf": [.object(json), ["type": "null"]]])
    }

    private func with(_ key: String, _ value: JSONValue) -> Schema {
        var schema = self
        schema.json[key] = value
        return schema
    }
}
