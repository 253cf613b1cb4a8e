// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What the values of a JSON column have in common, as Arrow takes it.
indirect enum JSONColumnType {
    case null, bool, int, float, instant, string
    /// Values that have nothing in common.
    case mixed
    case list(JSONColumnType)
    case record([(name: String, type: JSONColumnType)])

    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .int: self = .int
        case .double: self = .float
        case .string(let text): self = InstantText.normal(text) == nil ? .string : .instant
        case .array(let items): self = .list(items.reduce(.null) { $0.merged(with: JSONColumnType($1)) })
        case .object(let members): self = .record(members.map { ($0.key, JSONColumnType($0.value)) })
        }
    }

    func merged(with other: JSONColumnType) -> JSONColumnType {
        switch (self, other) {
        case (.null, let type), (let type, .null): return type
        case (.bool, .bool), (.int, .int), (.float, .float), (.string, .string), (.instant, .instant): return self
        case (.int, .float), (.float, .int): return .float
        case (.string, .instant), (.instant, .string): return .string
        case (.list(let left), .list(let right)): return .list(left.merged(with: right))
        case (.record(var left), .record(let right)):
            for (name, type) in right {
                if let index = left.firstIndex(where: { $0.name == name }) {
                    left[index].type = left[index].type.merged(with: type)
                } else {
                    left.append((name, type))
                }
            }
            return .record(left)
        default: return .mixed
        }
    }

    var feature: FeatureType {
        switch self {
        case .null: .value("null")
        case .bool: .value("bool")
        case .int: .value("int64")
        case .float: .value("float64")
        case .instant: .value("timestamp[s]")
        case .string: .value("string")
        case .mixed: .other(["_type": "Json"])
        case .list(let element): .list(element.feature, length: -1)
        case .record(let members): .record(members.map { Feature($0.name, $0.type.feature) })
        }
    }

    /// A value as a cell of a type; one that does not fit stays what it is.
    static func cell(_ value: JSONValue?, _ type: FeatureType) -> CellValue {
        switch (value ?? .null, type) {
        case (.null, _): .null
        case (.array(let items), .list(let element, _)): .list(items.map { cell($0, element) })
        case (.object(let members), .record(let features)):
            .record(features.map { .init($0.name, cell(members[$0.name], $0.type)) })
        case (.string(let text), .value("timestamp[s]")): .string(InstantText.normal(text) ?? text)
        case (.int(let number), .value("float64")): .double(Double(number))
        case (let value, _): plain(value)
        }
    }

    private static func plain(_ value: JSONValue) -> CellValue {
        switch value {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .array(let items): .list(items.map(plain))
        case .object(let members): .record(members.map { .init($0.key, plain($0.value)) })
        }
    }
}

/// Texts that Arrow takes for moments: a date, with or without a time.
enum InstantText {
    /// As ISO 8601 has it, or `nil` for any other text.
    static func normal(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 || bytes.count == 19 else { return nil }
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 4, 7: guard byte == UInt8(ascii: "-") else { return nil }
            case 10: guard byte == UInt8(ascii: "T") || byte == UInt8(ascii: " ") else { return nil }
            case 13, 16: guard byte == UInt8(ascii: ":") else { return nil }
            default: guard (0x30...0x39).contains(byte) else { return nil }
            }
        }
        func number(_ at: Int) -> UInt8 { (bytes[at] - 0x30) * 10 + bytes[at + 1] - 0x30 }
        guard (1...12).contains(number(5)), (1...31).contains(number(8)) else { return nil }
        guard bytes.count == 19 else { return text + "T00:00:00" }
        guard number(11) < 24, number(14) < 60, number(17) < 60 else { return nil }
        return "\(text.prefix(10))T\(text.suffix(8))"
    }
}
