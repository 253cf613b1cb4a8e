// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Lenient readers: what is of the wrong type is not there; `CardValidation` is what complains.
extension JSONObject {
    /// The text of a string that is not empty.
    func string(_ key: String) -> String? {
        self[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The strings of an array, or the one string that stands in its place; without repetitions.
    func strings(_ key: String) -> [String] {
        var seen: Set<String> = []
        return (self[key]?.listItems ?? []).compactMap(\.stringValue).filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    /// A string, or a number as it is written: `sdk_version: 4.44` is a number to YAML.
    func text(_ key: String) -> String? {
        switch self[key] {
        case .string(let value)?: value.isEmpty ? nil : value
        case .int(let value)?: String(value)
        case .double(let value)?: value.description
        default: nil
        }
    }
}

extension JSONValue {
    /// The items of an array, or the value itself where one stands for a list.
    var listItems: [JSONValue] {
        switch self {
        case .array(let items): items
        case .null: []
        default: [self]
        }
    }
}
