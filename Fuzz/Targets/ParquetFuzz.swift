// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTabular

/// Parquet files: footers, pages in every encoding, rows put together.
extension FuzzTarget {
    static let parquet = FuzzTarget("parquet") { bytes in
        wait {
            guard let table = try? await ParquetTable(ByteSource(bytes)) else { return }
            for rows in [0..<min(10, table.rowCount), max(0, table.rowCount - 3)..<table.rowCount] {
                for column in table.features.indices.prefix(16) {
                    _ = try? await table.cells(column: column, rows: rows)
                }
            }
        }
    }
}
