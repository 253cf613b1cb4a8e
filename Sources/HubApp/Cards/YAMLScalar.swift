// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What an unquoted YAML scalar means under the core schema of YAML 1.2.
///
/// `no`, `on` and `yes` are strings there, so `language: no` is Norwegian. Dates stay strings, as do infinities and
/// NaN, for which JSON has no text.
enum YAMLScalar {
    static func resolve(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number(text) ?? .string(text)
        }
    }

    static func number(_ text: String) -> JSONValue? {
        guard let first = text.utf8.first, text.utf8.count <= 400,
            isDigit(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || first == UInt8(ascii: ".")
        else { return nil }
        return integer(text) ?? float(text)
    }

    private static func integer(_ text: String) -> JSONValue? {
        var digits = Substring(text)
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            let rest = digits.dropFirst(2)
            guard rest.utf8.first != UInt8(ascii: "-"), rest.utf8.first != UInt8(ascii: "+"),
                let magnitude = Int64(rest, radix: radix)
            else { return nil }
            return .int(isNegative ? -magnitude : magnitude)
        }
        guard digits.utf8.first.map(isDigit) == true, digits.utf8.last.map(isDigit) == true,
            digits.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") })
        else { return nil }
        let plain = (isNegative ? "-" : "") + digits.filter { $0 != "_" }
        return Int64(plain).map { .int($0) } ?? Double(plain).flatMap { $0.isFinite ? .double($0) : nil }
    }

    /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
    private static func float(_ text: String) -> JSONValue? {
        var rest = text.utf8[...]
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var hasFraction = false
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let fraction = rest.prefix(while: isDigit)
            hasFraction = !fraction.isEmpty
            rest = rest.dropFirst(fraction.count)
        }
        guard !whole.isEmpty || hasFraction else { return nil }
        if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
            let exponent = rest.prefix(while: isDigit)
            guard !exponent.isEmpty else { return nil }
            rest = rest.dropFirst(exponent.count)
        }
        guard rest.isEmpty, let value = Double(text), value.isFinite else { return nil }
        return .double(value)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
