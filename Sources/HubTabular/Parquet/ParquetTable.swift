// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A Parquet file: its footer is in memory, its pages are read as rows are asked for.
public struct ParquetTable: TableSource {
    /// Longer footers are not read, in bytes.
    public static let maximumFooter = 32 << 20
    /// What is read at once when all of a file is.
    private static let rowsAtOnce = 1 << 16
    private static let bytesAtOnce = 32 << 20

    public let features: [Feature]
    public let rowCount: Int
    /// Bytes that the columns have unpacked, by what the footer says.
    public let unpackedSize: Int64
    private let source: ByteSource
    private let columns: [ParquetNode]
    private let groups: [ParquetMetadata.RowGroup]
    /// The first row of each group.
    private let starts: [Int]

    /// Reads the footer.
    /// - Throws: ``TabularError`` for what is no Parquet file, is damaged or encrypted.
    public init(_ source: ByteSource) async throws {
        guard source.size >= 12 else { throw TabularError("it is too short for a Parquet file") }
        let tail = try await source.read(source.size - 8, 8)
        guard Array(tail[4...]) == Array("PAR1".utf8) else {
            throw TabularError(
                Array(tail[4...]) == Array("PARE".utf8)
                    ? "its footer is encrypted" : "it does not end as a Parquet file"
            )
        }
        let length = tail[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard Int64(length) <= source.size - 12 else { throw TabularError("its footer is longer than the file") }
        guard length <= Self.maximumFooter else {
            throw TabularError("its footer is longer than the \(Self.maximumFooter >> 20) MB that are read")
        }
        try self.init(
            source,
            try ParquetMetadata(parsing: try await source.read(source.size - 8 - Int64(length), length))
        )
    }

    private init(_ source: ByteSource, _ metadata: ParquetMetadata) throws {
        self.source = source
        columns = try ParquetSchema.columns(metadata.elements)
        features = ParquetFeatures.features(columns, notes: metadata.notes)
        groups = metadata.groups
        let leafCount = columns.last?.leaves.upperBound ?? 0
        var starts: [Int] = []
        var rows = 0
        var unpacked: Int64 = 0
        for group in groups {
            guard group.columns.count == leafCount else { throw TabularError.metadata }
            starts.append(rows)
            let (sum, overflow) = rows.addingReportingOverflow(group.rowCount)
            guard !overflow, sum <= Int32.max else { throw TabularError("it says to have more rows than are read") }
            rows = sum
            for column in group.columns {
                unpacked = unpacked.addingReportingOverflow(column.uncompressedSize).partialValue
            }
        }
        guard Int64(rows) == metadata.rowCount else { throw TabularError.missingRows }
        self.starts = starts
        rowCount = rows
        unpackedSize = max(0, unpacked)
    }

    public var parts: [Range<Int>] {
        zip(groups, starts).flatMap { group, start -> [Range<Int>] in
            guard group.rowCount > 0 else { return [] }
            let size = group.columns.reduce(0.0) { $0 + Double(max(0, $1.uncompressedSize)) }
            let perRow = max(1, size / Double(group.rowCount))
            let rows = Int(min(Double(Self.rowsAtOnce), max(1, Double(Self.bytesAtOnce) / perRow)))
            return (start..<start + group.rowCount).parts(of: rows)
        }
    }

    public func cells(column: Int, rows: Range<Int>) async throws -> [CellValue] {
        guard columns.indices.contains(column), rows.lowerBound >= 0, rows.upperBound <= rowCount else {
            throw TabularError.missingRows
        }
        let node = columns[column]
        var cells: [CellValue] = []
        for (group, start) in zip(groups, starts) {
            let wanted = rows.clamped(to: start..<start + group.rowCount)
            guard !wanted.isEmpty else { continue }
            var leaves: [LeafEntries] = []
            for (leaf, leafNode) in zip(node.leaves, node.leafNodes) {
                leaves.append(
                    try await LeafReader.read(
                        source,
                        group.columns[leaf],
                        node: leafNode,
                        rows: wanted.lowerBound - start..<wanted.upperBound - start
                    )
                )
            }
            cells += try RecordAssembly.cells(node, leaves, count: wanted.count)
        }
        return cells
    }
}
