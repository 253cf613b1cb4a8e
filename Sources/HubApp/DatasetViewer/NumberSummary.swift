// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Summarises numbers that are all in memory.
enum NumberSummary {
    private static let bins = 10

    /// `nil` for none. What is not finite is not counted.
    static func of(_ values: [Double], isWhole: Bool) -> ColumnStatistics.Numbers? {
        let sorted = values.filter(\.isFinite).sorted()
        guard let minimum = sorted.first, let maximum = sorted.last else { return nil }
        let count = Double(sorted.count)
        // Divided first: the sum of large numbers may be too large to be one.
        let mean = sorted.reduce(0) { $0 + $1 / count }
        let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let middle = sorted.count / 2
        let median = sorted.count.isMultiple(of: 2) ? sorted[middle - 1] / 2 + sorted[middle] / 2 : sorted[middle]
        return ColumnStatistics.Numbers(
            minimum: minimum,
            maximum: maximum,
            mean: mean,
            median: median,
            deviation: sorted.count > 1 ? (squares / (count - 1)).squareRoot() : nil,
            histogram: histogram(sorted, edges(minimum, maximum, isWhole: isWhole))
        )
    }

    /// Whole numbers get bins of a whole width, of which the last may be narrower.
    private static func edges(_ minimum: Double, _ maximum: Double, isWhole: Bool) -> [Double] {
        guard maximum > minimum else { return [minimum, maximum] }
        let range = maximum - minimum
        if isWhole, range < 1e15 {
            let width = ((range + 1) / Double(bins)).rounded(.up)
            let count = Int((range / width).rounded(.down)) + 1
            return (0..<count).map { minimum + Double($0) * width } + [maximum]
        }
        return (0..<bins).map { minimum + range * Double($0) / Double(bins) } + [maximum]
    }

    /// Each bin takes its lower edge, the last its upper one too.
    private static func histogram(_ sorted: [Double], _ edges: [Double]) -> ColumnStatistics.Histogram {
        var counts = [Int](repeating: 0, count: edges.count - 1)
        var bin = 0
        for value in sorted {
            while bin + 1 < counts.count, value >= edges[bin + 1] { bin += 1 }
            counts[bin] += 1
        }
        return ColumnStatistics.Histogram(counts: counts, edges: edges)
    }
}
