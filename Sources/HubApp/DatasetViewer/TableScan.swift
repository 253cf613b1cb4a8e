// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTabular

/// Reads through a table up to a bound.
struct TableScan {
    /// Rows and bytes that one question looks at; what lies beyond is not looked at and the answer says so.
    static let maximumRows = 200_000
    static let maximumBytes = 256 << 20

    private(set) var isPartial = false

    /// Calls `body` with the first row and the cells by column of one part after the other.
    mutating func read(
        _ table: ViewerTable,
        columns: [Int],
        maximumRows: Int = maximumRows,
        _ body: (_ start: Int, _ cells: [[CellValue]]) throws -> Void
    ) async throws {
        var bytes = 0
        for part in table.ranges {
            try Task.checkCancellation()
            guard part.lowerBound < maximumRows, bytes < Self.maximumBytes else {
                isPartial = true
                return
            }
            let rows = part.lowerBound..<min(part.upperBound, maximumRows)
            let cells = try await table.cells(columns: columns, rows: rows)
            for column in cells { bytes += column.reduce(0) { $0 + $1.byteCount } }
            try body(part.lowerBound, cells)
            if rows.upperBound < part.upperBound { isPartial = true }
        }
        if table.isPartial { isPartial = true }
    }
}

extension CellValue {
    /// Rough bytes that the value takes.
    var byteCount: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .list(let items): items.reduce(8) { $0 + $1.byteCount }
        case .record(let fields): fields.reduce(8) { $0 + $1.value.byteCount }
        default: 8
        }
    }
}
