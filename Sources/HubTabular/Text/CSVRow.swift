// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The fields of one row.
enum CSVRow {
    static func fields(_ row: ArraySlice<UInt8>, separator: UInt8) -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var isStart = true
        var quoteSeen = false
        for byte in row {
            if isQuoted {
                if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                    quoteSeen = true
                } else {
                    field.append(byte)
                }
                continue
            }
            switch byte {
            case separator:
                fields.append(String(decoding: field, as: UTF8.self))
                field.removeAll(keepingCapacity: true)
                isStart = true
                quoteSeen = false
                continue
            case UInt8(ascii: "\"") where isStart: isQuoted = true
            case UInt8(ascii: "\"") where quoteSeen:
                field.append(byte)
                isQuoted = true
            default: field.append(byte)
            }
            isStart = false
            quoteSeen = false
        }
        fields.append(String(decoding: field, as: UTF8.self))
        return fields
    }

    /// Names of columns from a header: those without get one, those that stand there already a number.
    static func names(_ header: [String]) -> [String] {
        var seen: [String: Int] = [:]
        let all = Set(header)
        return header.enumerated().map { index, name in
            let base = name.isEmpty ? "Unnamed: \(index)" : name
            guard var count = seen[base] else {
                seen[base] = 0
                return base
            }
            repeat { count += 1 } while all.contains("\(base).\(count)")
            seen[base] = count
            return "\(base).\(count)"
        }
    }
}

/// What a column of text is a column of, as pandas takes it.
struct CSVColumnType {
    private static let nulls: Set<String> = [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null",
    ]
    private static let truths = [
        "True": true, "TRUE": true, "true": true, "False": false, "FALSE": false, "false": false,
    ]

    private var hasNull = false
    private var canBe = (int: true, unsigned: true, float: true, bool: true)
    private var isEmpty = true

    mutating func look(at text: String) {
        if Self.nulls.contains(text) {
            hasNull = true
            return
        }
        isEmpty = false
        if canBe.int, Int64(text.trimmed) == nil { canBe.int = false }
        if canBe.unsigned, UInt64(text.trimmed) == nil { canBe.unsigned = false }
        if canBe.float, Self.float(text) == nil { canBe.float = false }
        if canBe.bool, Self.truths[text] == nil { canBe.bool = false }
    }

    var type: FeatureType {
        // Whole numbers with gaps are floating point to pandas, and so is a column of nothing.
        if isEmpty { return .value("float64") }
        if canBe.int { return .value(hasNull ? "float64" : "int64") }
        if canBe.unsigned, !hasNull { return .value("uint64") }
        if canBe.float { return .value("float64") }
        return .value(canBe.bool ? "bool" : "string")
    }

    static func cell(_ text: String?, _ type: FeatureType) -> CellValue {
        guard let text, !nulls.contains(text) else { return .null }
        switch type {
        case .value("int64"): return Int64(text.trimmed).map { .int($0) } ?? .string(text)
        case .value("uint64"): return UInt64(text.trimmed).map { .uint($0) } ?? .string(text)
        case .value("float64"): return float(text).map { .double($0) } ?? .string(text)
        case .value("bool"): return truths[text].map { .bool($0) } ?? .string(text)
        default: return .string(text)
        }
    }

    private static func float(_ text: String) -> Double? {
        let text = text.trimmed
        // Swift reads hexadecimal floating point and "nan(…)"; nobody writes such numbers into tables.
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "x") && $0 != UInt8(ascii: "X") && $0 != UInt8(ascii: "(") })
        else { return nil }
        if text.hasSuffix("."), text.dropLast().utf8.last.map({ (0x30...0x39).contains($0) }) == true {
            return Double(text.dropLast())
        }
        // What pandas takes for "not a number" it takes for nothing, and that was looked at before.
        return Double(text).flatMap { $0.isNaN ? nil : $0 }
    }
}

extension String {
    fileprivate var trimmed: Substring {
        var text = self[...]
        while text.utf8.first == UInt8(ascii: " ") { text = text.dropFirst() }
        while text.utf8.last == UInt8(ascii: " ") { text = text.dropLast() }
        return text
    }
}
