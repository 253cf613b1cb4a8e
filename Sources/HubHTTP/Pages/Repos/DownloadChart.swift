// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Downloads of the last twelve weeks as a small picture: a bar for each week.
struct DownloadChart {
    private static let weeks = 12
    private var counts = [Int64](repeating: 0, count: DownloadChart.weeks)

    /// - Parameter days: downloads by UTC day (20261123).
    init(_ days: [(day: Int64, count: Int64)], now: Timestamp) {
        var week: [Int64: Int] = [:]
        for back in 0..<(Self.weeks * 7) {
            week[now.adding(seconds: -Int64(back) * 86_400).day] = Self.weeks - 1 - back / 7
        }
        for (day, count) in days {
            if let index = week[day], counts.indices.contains(index) { counts[index] += count }
        }
    }

    /// Colours come from the style sheet.
    var svg: String {
        let highest = Double(max(counts.max() ?? 0, 1))
        let bars = counts.enumerated().map { index, count in
            let height = count == 0 ? 1 : max(2, (Double(count) / highest * 38).rounded())
            return
                "<rect x=\"\(index * 10)\" y=\"\(Int(40 - height))\" width=\"8\" height=\"\(Int(height))\" rx=\"1.5\">"
                + "<title>\(Display.grouped(count))</title></rect>"
        }
        let words = counts.map(String.init).joined(separator: ", ")
        return "<svg class=\"chart\" viewBox=\"0 0 118 40\" role=\"img\" "
            + "aria-label=\"Downloads in each of the last twelve weeks: \(words)\">\(bars.joined())</svg>"
    }
}
