// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What a card's `extra_gated_fields` want to be told by who asks for access.
struct AccessForm {
    static let maximumFields = 64
    /// Bytes of one field's text.
    static let maximumBytes = 4096

    private var wanted: [(name: String, isCheckbox: Bool, options: [String])] = []

    /// - Parameter card: the card's data as JSON.
    init(card: String?) throws {
        guard let card, let fields = try JSONValue(parsing: Array(card.utf8))["extra_gated_fields"]?.objectValue else {
            return
        }
        for (name, value) in fields {
            let type = value.stringValue ?? value["type"]?.stringValue
            let options = value["options"]?.arrayValue?.compactMap { $0.stringValue ?? $0["value"]?.stringValue } ?? []
            wanted.append((name, type == "checkbox", type == "select" ? options : []))
        }
    }

    /// What was filled in, as a JSON object.
    /// - Throws: ``HubError/Code/badRequest`` that names the field which is missing, too long, or none of the choices.
    func check(_ given: [(name: String, value: String)]) throws -> JSONValue {
        guard given.count <= Self.maximumFields else {
            throw HubError(.badRequest, "At most \(Self.maximumFields) fields")
        }
        var json: JSONObject = [:]
        for field in given {
            guard field.name.utf8.count <= 256, field.value.utf8.count <= Self.maximumBytes else {
                throw HubError(.badRequest, "A field is longer than \(Self.maximumBytes) bytes")
            }
            json[field.name] = .string(field.value)
        }
        for field in wanted {
            guard let value = json[field.name]?.stringValue, !value.isEmpty else {
                throw HubError(.badRequest, "The field \"\(field.name)\" must be filled in to ask for access")
            }
            if field.isCheckbox {
                guard ["on", "true", "1", "yes"].contains(value.lowercased()) else {
                    throw HubError(.badRequest, "\"\(field.name)\" must be agreed to (true) to ask for access")
                }
                json[field.name] = true
            }
            guard field.options.isEmpty || field.options.contains(value) else {
                throw HubError(
                    .badRequest,
                    "\"\(field.name)\" must be one of: \(field.options.joined(separator: ", "))"
                )
            }
        }
        return .object(json)
    }
}
