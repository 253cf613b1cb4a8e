// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubTabular

/// What is known of the values of a column together.
public struct ColumnStatistics: Sendable {
    public struct Histogram: Sendable {
        public let counts: [Int]
        /// One more than there are counts; the last is the greatest value.
        public let edges: [Double]
    }

    public struct Numbers: Sendable {
        public let minimum: Double
        public let maximum: Double
        public let mean: Double
        public let median: Double
        /// Of a sample; `nil` for a single value.
        public let deviation: Double?
        public let histogram: Histogram
    }

    public enum Content: Sendable {
        /// Numbers, lengths or sizes; `nil` for a column without values.
        case numbers(Numbers?)
        /// How often each value is there, the order being that of the classes or by name.
        case frequencies([(value: String, count: Int)], missing: Int)
        case booleans(yes: Int, no: Int)
    }

    /// As the API names it: `int`, `float`, `bool`, `string_text`, `string_label`, `class_label`, `list`, `image`.
    public let type: String
    public let name: String
    public let rowCount: Int
    public let nullCount: Int
    public let content: Content

    /// Whether numbers are whole by their nature.
    var isWhole: Bool { type != "float" }
}

/// Of a split.
public struct SplitStatistics: Sendable {
    public let rowCount: Int
    public let columns: [ColumnStatistics]
    public let isPartial: Bool

    /// As the API writes it.
    public var json: JSONValue {
        [
            "num_examples": .int(Int64(rowCount)), "statistics": .array(columns.map(\.json)),
            "partial": .bool(isPartial),
        ]
    }
}

extension ColumnStatistics {
    public var json: JSONValue {
        ["column_name": .string(name), "column_type": .string(type), "column_statistics": .object(values)]
    }

    private var values: JSONObject {
        var values: JSONObject = ["nan_count": .int(Int64(nullCount)), "nan_proportion": proportion(nullCount)]
        switch content {
        case .booleans(let yes, let no):
            var frequencies: JSONObject = [:]
            if no > 0 { frequencies["False"] = .int(Int64(no)) }
            if yes > 0 { frequencies["True"] = .int(Int64(yes)) }
            values["frequencies"] = .object(frequencies)
        case .frequencies(let counts, let missing):
            values["no_label_count"] = .int(Int64(missing))
            values["no_label_proportion"] = proportion(missing)
            values["n_unique"] = .int(Int64(counts.count))
            var frequencies: JSONObject = [:]
            for (value, count) in counts { frequencies[value] = .int(Int64(count)) }
            values["frequencies"] = .object(frequencies)
        case .numbers(let numbers):
            values["min"] = number(numbers?.minimum)
            values["max"] = number(numbers?.maximum)
            values["mean"] = rounded(numbers?.mean)
            values["median"] = rounded(numbers?.median)
            values["std"] = rounded(numbers?.deviation)
            values["histogram"] =
                numbers.map { numbers in
                    [
                        "hist": .array(numbers.histogram.counts.map { .int(Int64($0)) }),
                        "bin_edges": .array(numbers.histogram.edges.map { number($0) }),
                    ]
                } ?? .null
        }
        return values
    }

    private func proportion(_ count: Int) -> JSONValue {
        rowCount == 0 ? 0 : rounded(Double(count) / Double(rowCount))
    }

    private func number(_ value: Double?) -> JSONValue {
        guard let value else { return .null }
        if isWhole, let whole = Int64(exactly: value) { return .int(whole) }
        return rounded(value)
    }

    /// Five digits after the point.
    private func rounded(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        guard value.magnitude < 1e10 else { return .double(value) }
        return .double((value * 1e5).rounded(.toNearestOrEven) / 1e5)
    }
}
