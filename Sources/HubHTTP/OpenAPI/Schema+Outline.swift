// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

extension Schema {
    /// A value of this form, with what must be there.
    var example: JSONValue { Self.example(json) }

    private static func example(_ json: JSONObject, depth: Int = 0) -> JSONValue {
        if let given = json["examples"]?.arrayValue?.first { return given }
        if let value = json["const"] { return value }
        if let word = json["enum"]?.arrayValue?.first { return word }
        if let name = refName(json) {
            guard depth < 4, let schema = APISchemas.named[name] else { return [:] }
            return example(schema.json, depth: depth + 1)
        }
        if let choice = json["anyOf"]?.arrayValue?.first?.objectValue { return example(choice, depth: depth + 1) }
        switch typeName(json) {
        case "string": return json["format"]?.stringValue == "date-time" ? "2026-01-01T00:00:00.000Z" : "…"
        case "integer": return json["minimum"] ?? 0
        case "number": return 0.5
        case "boolean": return true
        case "array": return .array(json["items"]?.objectValue.map { [example($0, depth: depth + 1)] } ?? [])
        default:
            var object: JSONObject = [:]
            let required = Set((json["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            for (key, value) in json["properties"]?.objectValue ?? [:] where required.contains(key) {
                object[key] = example(value.objectValue ?? [:], depth: depth + 1)
            }
            return .object(object)
        }
    }

    /// The form in lines, for people; with the names of others it is made of.
    var outline: (text: String, refs: [String]) {
        var refs: [String] = []
        let text = Self.outline(json, indent: "", &refs)
        return (text, refs)
    }

    private static func outline(_ json: JSONObject, indent: String, _ refs: inout [String]) -> String {
        if let name = refName(json) {
            if !refs.contains(name) { refs.append(name) }
            return name
        }
        if let value = json["const"] { return value.serialized }
        if let words = json["enum"]?.arrayValue { return words.map(\.serialized).joined(separator: " | ") }
        if let choices = json["anyOf"]?.arrayValue {
            return choices.map { outline($0.objectValue ?? [:], indent: indent, &refs) }.joined(separator: " | ")
        }
        if let types = json["type"]?.arrayValue, let type = types.first {
            var plain = json
            plain["type"] = type
            return outline(plain, indent: indent, &refs) + " | null"
        }
        switch typeName(json) {
        case "array": return "[" + outline(json["items"]?.objectValue ?? [:], indent: indent, &refs) + ", …]"
        case "object":
            if let value = json["additionalProperties"]?.objectValue {
                return "{ name: " + outline(value, indent: indent, &refs) + ", … }"
            }
            guard let properties = json["properties"]?.objectValue, !properties.isEmpty else { return "{ … }" }
            let required = Set((json["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            var lines = ""
            for (key, value) in properties {
                let member = value.objectValue ?? [:]
                let remark = member["description"]?.stringValue.map { "  // \($0)" } ?? ""
                let form = outline(member, indent: indent + "  ", &refs)
                lines += "\(indent)  \(key)\(required.contains(key) ? "" : "?"): \(form)\(remark)\n"
            }
            return "{\n\(lines)\(indent)}"
        case "string": return json["format"]?.stringValue == "date-time" ? "time" : "string"
        case let type: return type ?? "any"
        }
    }

    private static func typeName(_ json: JSONObject) -> String? {
        json["type"]?.stringValue ?? json["type"]?.arrayValue?.first?.stringValue
    }

    private static func refName(_ json: JSONObject) -> String? {
        json["$ref"]?.stringValue.map { String($0.dropFirst(refPrefix.count)) }
    }
}
