// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What a card's `extra_gated_fields` want to be told by who asks for access.
///
/// A field is a name with a type (`text`, `checkbox`, `date_picker`, `country`), or with an object that has `type` and,
/// for `select`, `options`. What is of no known type is taken as text.
struct AccessForm {
    static let maximumFields = 64
    /// Bytes of one field's text.
    static let maximumBytes = 4096

    private enum Kind {
        case text, checkbox, date, country
        case choice([String])

        init(_ value: JSONValue) {
            switch value.stringValue ?? value["type"]?.stringValue {
            case "checkbox": self = .checkbox
            case "date_picker": self = .date
            case "country": self = .country
            case "select":
                let options = value["options"]?.arrayValue ?? []
                self = .choice(options.compactMap { $0.stringValue ?? $0["value"]?.stringValue })
            default: self = .text
            }
        }
    }

    private let wanted: [(name: String, kind: Kind)]

    /// - Parameter card: the card's data as JSON.
    init(card: String?) throws {
        guard let card, let fields = try JSONValue(parsing: Array(card.utf8))["extra_gated_fields"]?.objectValue else {
            wanted = []
            return
        }
        // A card's author can want more than anybody may send; then nobody could ever ask.
        wanted = fields.prefix(Self.maximumFields).map { ($0.key, Kind($0.value)) }
    }

    /// What was filled in, as a JSON object.
    /// - Throws: ``HubError/Code/badRequest`` that names the field which is missing, too long, or not of its kind.
    func check(_ given: [(name: String, value: String)]) throws -> JSONValue {
        guard given.count <= 2 * Self.maximumFields else {
            throw HubError(.badRequest, "At most \(2 * Self.maximumFields) fields")
        }
        var json: JSONObject = [:]
        for field in given {
            guard field.name.utf8.count <= Self.maximumBytes, field.value.utf8.count <= Self.maximumBytes else {
                throw HubError(.badRequest, "A field is longer than \(Self.maximumBytes) bytes")
            }
            json[field.name] = .string(field.value)
        }
        for (name, kind) in wanted {
            guard let value = json[name]?.stringValue, value.contains(where: { !$0.isWhitespace }) else {
                throw HubError(.badRequest, "The field \"\(name)\" must be filled in to ask for access")
            }
            json[name] = try Self.checked(value, name, kind)
        }
        return .object(json)
    }

    private static func checked(_ value: String, _ name: String, _ kind: Kind) throws -> JSONValue {
        switch kind {
        case .text: break
        case .checkbox:
            guard ["on", "true", "1", "yes"].contains(value.lowercased()) else {
                throw HubError(.badRequest, "\"\(name)\" must be agreed to (true) to ask for access")
            }
            return true
        case .date:
            let parts = value.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }) else {
                throw HubError(.badRequest, "\"\(name)\" must be a date in the form YYYY-MM-DD")
            }
        case .country:
            guard value.utf8.count == 2, value.utf8.allSatisfy(isLetter) else {
                throw HubError(.badRequest, "\"\(name)\" must be a country's two-letter code (ISO 3166)")
            }
        case .choice(let options):
            guard options.contains(value) else {
                throw HubError(.badRequest, "\"\(name)\" must be one of: \(options.joined(separator: ", "))")
            }
        }
        return .string(value)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
