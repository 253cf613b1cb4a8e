// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular

extension DatasetViewerService {
    /// Rows that were found, in the order of the answer.
    private struct Matches: Sendable {
        let rows: [Int32]
        let isPartial: Bool
    }

    /// A page of the rows that have a text in one of their text columns, whatever its case.
    /// - Throws: ``HubError/Code/badRequest`` when there are no such columns.
    @concurrent public func search(
        _ dataset: Dataset,
        _ configuration: String,
        _ split: String,
        text: String,
        offset: Int,
        length: Int
    ) async throws -> Page {
        try await hub.viewerCache.admitting {
            let table = try await table(dataset, configuration, split)
            let columns = table.features.indices.filter { table.features[$0].type.holdsText }
            guard !columns.isEmpty else { throw HubError(.badRequest, "The split has no text columns to search") }
            let needle = SearchText(text)
            let key = "search \(dataset.commit.hex) \(configuration)\u{0}\(split)\u{0}\(needle.text)"
            let matches = try await matches(key) {
                var rows: [Int32] = []
                var scan = TableScan()
                try await scan.read(table, columns: columns) { start, cells in
                    for row in 0..<(cells.first?.count ?? 0)
                    where cells.contains(where: { $0[row].holds(needle) }) {
                        rows.append(Int32(clamping: start + row))
                    }
                }
                return Matches(rows: rows, isPartial: scan.isPartial)
            }
            return try await page(matches, table, dataset, offset: offset, length: length)
        }
    }

    /// A page of the rows for which a condition is true.
    /// - Parameters:
    ///   - condition: see ``RowCondition``; all rows when it is empty.
    ///   - order: a column's name in double quotes, and `ASC` or `DESC`; the order of the split when it is empty.
    /// - Throws: ``HubError/Code/badRequest`` that says what cannot be understood.
    @concurrent public func filter(
        _ dataset: Dataset,
        _ configuration: String,
        _ split: String,
        where condition: String,
        orderBy order: String,
        offset: Int,
        length: Int
    ) async throws -> Page {
        try await hub.viewerCache.admitting {
            let table = try await table(dataset, configuration, split)
            let names = table.features.map(\.name)
            let parsed = try condition.isBlank ? nil : RowCondition(parsing: condition, columns: names)
            let ordering = try order.isBlank ? nil : RowOrder(parsing: order, columns: names)
            guard parsed != nil || ordering != nil else {
                throw HubError(.badRequest, "Say which rows in where, or their order in orderby")
            }
            var columns = parsed?.columns ?? []
            if let ordering { columns.insert(ordering.column) }
            let needed = columns.sorted()
            let key = "filter \(dataset.commit.hex) \(configuration)\u{0}\(split)\u{0}\(condition)\u{0}\(order)"
            let matches = try await matches(key) {
                var rows: [(row: Int32, key: CellValue)] = []
                var scan = TableScan()
                try await scan.read(table, columns: needed) { start, cells in
                    let places = Dictionary(uniqueKeysWithValues: zip(needed, cells.indices))
                    let count = cells.first?.count ?? 0
                    for row in 0..<count {
                        func cell(_ column: Int) -> CellValue { places[column].map { cells[$0][row] } ?? .null }
                        guard parsed?.isTrue(cell) ?? true else { continue }
                        rows.append((Int32(clamping: start + row), ordering.map { cell($0.column) } ?? .null))
                    }
                }
                if let ordering { rows = ordering.sorted(rows) }
                return Matches(rows: rows.map(\.row), isPartial: scan.isPartial)
            }
            return try await page(matches, table, dataset, offset: offset, length: length)
        }
    }

    /// What was found before, or what `find` finds.
    private func matches(_ key: String, _ find: () async throws -> Matches) async throws -> Matches {
        if let kept = hub.viewerCache.find(key, as: Matches.self) { return kept }
        let found = try await find()
        hub.viewerCache.keep(found, as: key, cost: found.rows.count * 4 + key.utf8.count + 200)
        return found
    }

    private func page(
        _ matches: Matches,
        _ table: ViewerTable,
        _ dataset: Dataset,
        offset: Int,
        length: Int
    ) async throws -> Page {
        let indices = matches.rows.dropFirst(max(0, offset)).prefix(max(0, min(length, Self.pageRows))).map { Int($0) }
        return Page(
            features: table.features,
            rows: try await rows(indices, of: table, dataset),
            total: matches.rows.count,
            isPartial: matches.isPartial
        )
    }
}

extension CellValue {
    /// Whether a text stands in the cell or in what it holds.
    fileprivate func holds(_ wanted: SearchText) -> Bool {
        switch self {
        case .string(let text): wanted.isIn(text)
        case .list(let items): items.contains { $0.holds(wanted) }
        case .record(let fields): fields.contains { $0.value.holds(wanted) }
        default: false
        }
    }
}

/// A text to look for in any case of letters.
private struct SearchText {
    /// In lower case.
    let text: String
    private let bytes: [UInt8]
    private let isASCII: Bool

    init(_ text: String) {
        self.text = text.lowercased()
        bytes = Array(self.text.utf8)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
    }

    func isIn(_ text: String) -> Bool {
        guard isASCII else { return text.lowercased().utf8.firstRange(of: bytes) != nil }
        guard let first = bytes.first else { return true }
        // Letter by letter: making every text of a split lower case would take most of the time.
        var text = text
        return text.withUTF8 { text in
            guard text.count >= bytes.count else { return false }
            for start in 0...(text.count - bytes.count) where Self.lower(text[start]) == first {
                if bytes.indices.allSatisfy({ Self.lower(text[start + $0]) == bytes[$0] }) { return true }
            }
            return false
        }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

extension String {
    fileprivate var isBlank: Bool { utf8.allSatisfy { $0 == UInt8(ascii: " ") } }
}
