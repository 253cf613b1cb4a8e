// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTabular

/// Tables of text: a page of rows is the same part of the whole, wherever it begins.
extension FuzzTarget {
    static let table = FuzzTarget("table") { bytes in
        let formats: [TextFormat] = [.csv(separator: 0x2C), .csv(separator: 0x09), .json, .lines]
        guard let first = bytes.first else { return }
        let format = formats[Int(first) % formats.count]
        wait {
            guard let table = try? await TextTable(ByteSource(Array(bytes.dropFirst())), format) else { return }
            let columns = Array(table.features.indices.prefix(8))
            guard let all = try? await table.cells(columns: columns, rows: 0..<table.rowCount) else { return }
            let rows = table.rowCount / 2..<table.rowCount
            guard let part = try? await table.cells(columns: columns, rows: rows) else {
                fatalError("rows that could be read cannot be read again")
            }
            precondition(zip(all, part).allSatisfy { Array($0[rows]) == $1 }, "rows differ from themselves")
        }
    }
}
