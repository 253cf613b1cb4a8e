// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular

/// A split with its files opened: one table made of several.
struct ViewerTable: Sendable {
    struct Part: Sendable {
        let source: any TableSource
        /// The number of its first row.
        let start: Int
        /// Where each column of the table is in this file; `nil` where it is missing.
        let columns: [Int?]
        /// For messages.
        let path: String
    }

    let features: [Feature]
    let parts: [Part]
    let rowCount: Int
    /// Whether there is more in the files than is shown.
    let isPartial: Bool

    init(_ sources: [(path: String, source: any TableSource)], isPartial: Bool) throws {
        features = sources.first { !$0.source.features.isEmpty }?.source.features ?? []
        var start = 0
        var parts: [Part] = []
        for (path, source) in sources {
            let places = Dictionary(
                source.features.enumerated().map { ($0.element.name, $0.offset) },
                uniquingKeysWith: { first, _ in first }
            )
            parts.append(Part(source: source, start: start, columns: features.map { places[$0.name] }, path: path))
            let (sum, overflow) = start.addingReportingOverflow(source.rowCount)
            guard !overflow else { throw HubError(.unprocessable, "The split has more rows than can be counted") }
            start = sum
        }
        self.parts = parts
        rowCount = start
        self.isPartial = isPartial || sources.contains { !$0.source.isWhole }
    }

    func column(_ name: String) -> Int? { features.firstIndex { $0.name == name } }

    /// Ranges of rows that are cheap to read at once, in order.
    var ranges: [Range<Int>] {
        parts.flatMap { part in
            part.source.parts.map { $0.lowerBound + part.start..<$0.upperBound + part.start }
        }
    }

    /// Cells by column, in the order asked for.
    func cells(columns: [Int], rows: Range<Int>) async throws -> [[CellValue]] {
        var cells = [[CellValue]](repeating: [], count: columns.count)
        for part in parts {
            let all = part.start..<part.start + part.source.rowCount
            let wanted = rows.clamped(to: all)
            guard !wanted.isEmpty else { continue }
            let inside = wanted.lowerBound - part.start..<wanted.upperBound - part.start
            let there = columns.compactMap { part.columns[$0] }
            let read: [[CellValue]]
            do { read = try await part.source.cells(columns: there, rows: inside) } catch let error as TabularError {
                throw HubError.unreadable(part.path, error)
            }
            var next = read.makeIterator()
            for (place, column) in columns.enumerated() {
                if part.columns[column] == nil {
                    cells[place] += repeatElement(.null, count: wanted.count)
                } else {
                    cells[place] += next.next() ?? []
                }
            }
        }
        return cells
    }
}

extension HubError {
    static func unreadable(_ path: String, _ error: TabularError) -> HubError {
        HubError(.unprocessable, "\(path) cannot be read: \(error)", cause: error)
    }
}
