// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTabular

/// Gathers the values of one column.
struct ColumnSummary {
    /// A text column of at most so many different values, each often enough, is one of labels.
    private static let maximumLabels = 1000
    private static let maximumLabelProportion = 0.2
    private static let alwaysLabels = 10

    let feature: Feature
    private let kind: Kind
    private var rows = 0
    private var nulls = 0
    private var numbers: [Double] = []
    private var texts: [String: Int] = [:]
    private var hasTooManyTexts = false
    private var yes = 0
    private var missing = 0

    private enum Kind {
        case int, float, bool, text
        case label([String])
        case list, image
    }

    /// `nil` for a type of which there are no statistics.
    init?(_ feature: Feature) {
        self.feature = feature
        switch feature.type {
        case .classLabel(let names): kind = .label(names)
        case .image: kind = .image
        case .list: kind = .list
        case .value("bool"): kind = .bool
        case .value("string"), .value("large_string"): kind = .text
        case .value(let dtype) where dtype.hasPrefix("float"): kind = .float
        case .value(let dtype) where dtype.hasPrefix("int") || dtype.hasPrefix("uint"): kind = .int
        default: return nil
        }
    }

    mutating func take(_ cell: CellValue) {
        rows += 1
        switch (kind, cell) {
        case (.text, .string(let text)):
            numbers.append(Double(text.unicodeScalars.count))
            guard !hasTooManyTexts else { return }
            texts[text, default: 0] += 1
            if texts.count > Self.maximumLabels {
                hasTooManyTexts = true
                texts = [:]
            }
        case (.label(let names), .int(let index)):
            if let index = Int(exactly: index), names.indices.contains(index) {
                texts[names[index], default: 0] += 1
            } else {
                missing += 1
            }
        case (.bool, .bool(let value)): yes += value ? 1 : 0
        case (.list, .list(let items)): numbers.append(Double(items.count))
        case (.image, .picture(let info)):
            if let size = info.size { numbers.append(Double(size.width)) } else { nulls += 1 }
        case (.int, _), (.float, _):
            if let number = cell.number, !number.isNaN { numbers.append(number) } else { nulls += 1 }
        default: nulls += 1
        }
    }

    var statistics: ColumnStatistics {
        let (type, content) = summary
        return ColumnStatistics(type: type, name: feature.name, rowCount: rows, nullCount: nulls, content: content)
    }

    private var summary: (String, ColumnStatistics.Content) {
        switch kind {
        case .int: return ("int", .numbers(NumberSummary.of(numbers, isWhole: true)))
        case .float: return ("float", .numbers(NumberSummary.of(numbers, isWhole: false)))
        case .list: return ("list", .numbers(NumberSummary.of(numbers, isWhole: true)))
        case .image: return ("image", .numbers(NumberSummary.of(numbers, isWhole: true)))
        case .bool: return ("bool", .booleans(yes: yes, no: rows - nulls - yes))
        case .label(let names):
            return ("class_label", .frequencies(names.map { ($0, texts[$0] ?? 0) }, missing: missing))
        case .text:
            let isLabel =
                !hasTooManyTexts && !numbers.isEmpty
                && (texts.count <= Self.alwaysLabels
                    || Double(texts.count) / Double(numbers.count) <= Self.maximumLabelProportion)
            guard isLabel else { return ("string_text", .numbers(NumberSummary.of(numbers, isWhole: true))) }
            let counts = texts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            return ("string_label", .frequencies(counts.map { ($0.key, $0.value) }, missing: 0))
        }
    }
}
