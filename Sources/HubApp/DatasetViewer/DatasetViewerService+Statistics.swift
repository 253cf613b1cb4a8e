// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular

extension DatasetViewerService {
    /// Rows of which pictures are opened for their sizes.
    private static let maximumPictures = 10_000

    /// Statistics of a split's columns; those of other types are left out.
    @concurrent public func statistics(
        _ dataset: Dataset,
        _ configuration: String,
        _ split: String
    ) async throws -> SplitStatistics {
        try await hub.viewerCache.admitting {
            let key = "statistics \(dataset.commit.hex) \(configuration)\u{0}\(split)"
            if let kept = hub.viewerCache.find(key, as: SplitStatistics.self) { return kept }
            let table = try await table(dataset, configuration, split)
            var columns: [ColumnStatistics] = []
            var isPartial = table.isPartial
            for (index, feature) in table.features.enumerated() {
                guard var summary = ColumnSummary(feature) else { continue }
                var scan = TableScan()
                if feature.type == .image {
                    try await pictures(dataset, table, index, &summary, &scan)
                } else {
                    try await scan.read(table, columns: [index]) { _, cells in
                        for cell in cells.first ?? [] { summary.take(cell) }
                    }
                }
                isPartial = isPartial || scan.isPartial
                columns.append(summary.statistics)
            }
            let found = SplitStatistics(
                rowCount: columns.map(\.rowCount).max() ?? table.rowCount,
                columns: columns,
                isPartial: isPartial
            )
            hub.viewerCache.keep(found, as: key, cost: 4096 + columns.count * 64 << 10)
            return found
        }
    }

    /// The cells are looked at part by part: the bytes of all pictures would not fit into memory.
    private func pictures(
        _ dataset: Dataset,
        _ table: ViewerTable,
        _ column: Int,
        _ summary: inout ColumnSummary,
        _ scan: inout TableScan
    ) async throws {
        var looked: [CellValue] = []
        try await scan.read(table, columns: [column], maximumRows: Self.maximumPictures) { _, cells in
            for cell in cells.first ?? [] { looked.append(Self.headOnly(cell)) }
        }
        for cell in looked { summary.take(try await look(at: cell, .image, dataset)) }
    }

    /// A picture's cell without more of its bytes than say its size.
    private static func headOnly(_ cell: CellValue) -> CellValue {
        let bytes: ArraySlice<UInt8>
        switch (cell, cell["bytes"]) {
        case (.bytes(let inside), _), (_, .bytes(let inside)?): bytes = inside
        default: return cell
        }
        return .picture(PictureInfo(place: .cell, size: PictureSize(head: bytes.prefix(PictureSize.wantedBytes))))
    }
}
