// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What a leaf has for some rows: an entry for each value, and for each place where one could have been.
struct LeafEntries {
    var repetition: [UInt8] = []
    var definition: [UInt8] = []
    /// Of the entries that have one.
    var values: [CellValue] = []
}

/// Reads some rows of one leaf of one row group.
struct LeafReader {
    /// Bytes of values that are held at once.
    private static let maximumBytes = 256 << 20
    /// Values looked at for one answer: pages of a few bytes can say to have millions each.
    private static let maximumSeen = 64 << 20

    let node: ParquetNode
    let rows: Range<Int>

    private var entries = LeafEntries()
    /// Rows that begin before the page at hand.
    private var rowsBefore = 0
    private var dictionary: PageValues?
    private var isDone = false
    private var bytes = 0
    private var seen = 0
    private let convert: @Sendable (PageValues, Int) -> CellValue

    init(node: ParquetNode, rows: Range<Int>) throws {
        self.node = node
        self.rows = rows
        convert = try LeafConversion.converter(node.element)
    }

    static func read(
        _ source: ByteSource,
        _ column: ParquetMetadata.Column,
        node: ParquetNode,
        rows: Range<Int>
    ) async throws -> LeafEntries {
        var reader = try LeafReader(node: node, rows: rows)
        var chunk = try ChunkReader(source, column)
        while !reader.isDone, let page = try await chunk.next() {
            switch page.kind {
            case .dictionary?:
                let body = try chunk.unpack(try await chunk.body(page), size: page.unpackedSize)
                let decoder = PageValueDecoder(element: node.element, dictionary: nil)
                // The number 2 has meant "plain" here since it was the only one.
                let encoding = page.encoding == 2 ? 0 : page.encoding
                reader.dictionary = try decoder.decode(body, encoding: encoding, count: page.valueCount)
            case .data? where reader.liesBefore(page, rows: node.repetition == 0 ? page.valueCount : nil),
                .dataV2? where reader.liesBefore(page, rows: page.rowCount):
                chunk.skip(page)
            case .data?:
                try reader.takeV1(page, try chunk.unpack(try await chunk.body(page), size: page.unpackedSize))
            case .dataV2?: try reader.takeV2(page, try await chunk.body(page), chunk)
            default: chunk.skip(page)
            }
        }
        return reader.entries
    }

    /// Whether nothing of a page is wanted; then its rows are counted. `nil` rows are known only once it is read.
    private mutating func liesBefore(_ page: ParquetPage, rows count: Int?) -> Bool {
        guard let count, rowsBefore + count <= rows.lowerBound else { return false }
        rowsBefore += count
        return true
    }

    private mutating func takeV1(_ page: ParquetPage, _ body: ArraySlice<UInt8>) throws {
        var cursor = ByteCursor(body)
        func levels(_ maximum: UInt8, _ encoding: Int) throws -> [UInt8] {
            guard maximum > 0 else { return [] }
            guard encoding == 3 else { throw TabularError("a page has levels in an encoding that is no longer used") }
            return try Self.levels(try cursor.take(try cursor.length()), maximum, page.valueCount)
        }
        let repetition = try levels(node.repetition, page.levelEncodings.repetition)
        let definition = try levels(node.definition, page.levelEncodings.definition)
        try take(page, cursor.rest, repetition, definition)
    }

    private mutating func takeV2(_ page: ParquetPage, _ body: ArraySlice<UInt8>, _ chunk: ChunkReader) throws {
        var cursor = ByteCursor(body)
        let repetition = try cursor.take(page.repetitionSize)
        let definition = try cursor.take(page.definitionSize)
        let size = page.unpackedSize - page.repetitionSize - page.definitionSize
        guard size >= 0 else { throw TabularError.page }
        let values = page.isPacked && !cursor.rest.isEmpty ? try chunk.unpack(cursor.rest, size: size) : cursor.rest
        try take(
            page,
            values,
            node.repetition > 0 ? try Self.levels(repetition, node.repetition, page.valueCount) : [],
            node.definition > 0 ? try Self.levels(definition, node.definition, page.valueCount) : []
        )
    }

    private static func levels(_ bytes: ArraySlice<UInt8>, _ maximum: UInt8, _ count: Int) throws -> [UInt8] {
        let width = 8 - maximum.leadingZeroBitCount
        return try HybridDecoder.decode(bytes, width: width, count: count).map { level in
            guard level <= UInt32(maximum) else {
                throw TabularError("a page has a level that its schema does not have")
            }
            return UInt8(level)
        }
    }

    /// Keeps what is of the rows that are wanted.
    private mutating func take(
        _ page: ParquetPage,
        _ body: ArraySlice<UInt8>,
        _ repetition: [UInt8],
        _ definition: [UInt8]
    ) throws {
        seen += page.valueCount
        guard seen <= Self.maximumSeen else {
            throw TabularError("a row group has more values than are looked through")
        }
        var row = rowsBefore - 1
        var first: (entry: Int, value: Int)?
        var last = (entry: page.valueCount, value: 0)
        var valuesSeen = 0
        for entry in 0..<page.valueCount {
            if repetition.isEmpty || repetition[entry] == 0 { row += 1 }
            guard row >= 0 else { throw TabularError("a page begins in the middle of a row that is not there") }
            if row >= rows.upperBound {
                isDone = true
                last = (entry, valuesSeen)
                break
            }
            if first == nil, row >= rows.lowerBound { first = (entry, valuesSeen) }
            if definition.isEmpty || definition[entry] == node.definition { valuesSeen += 1 }
        }
        rowsBefore = row + 1
        // Without repetition the next page can only begin a row.
        if node.repetition == 0, rowsBefore >= rows.upperBound { isDone = true }
        guard let first else { return }
        if last.entry == page.valueCount { last.value = valuesSeen }
        let total =
            definition.isEmpty
            ? page.valueCount : definition.reduce(into: 0) { $0 += $1 == node.definition ? 1 : 0 }
        let values = try PageValueDecoder(element: node.element, dictionary: dictionary)
            .decode(body, encoding: page.encoding, count: total)
        if !repetition.isEmpty { entries.repetition += repetition[first.entry..<last.entry] }
        if definition.isEmpty {
            entries.definition += repeatElement(node.definition, count: last.entry - first.entry)
        } else {
            entries.definition += definition[first.entry..<last.entry]
        }
        for index in first.value..<last.value {
            let value = convert(values, index)
            switch value {
            case .bytes(let slice): bytes += slice.count
            case .string(let text): bytes += text.utf8.count
            default: break
            }
            entries.values.append(value)
        }
        guard bytes <= Self.maximumBytes else {
            throw TabularError("the rows asked for are larger than \(Self.maximumBytes >> 20) MB; ask for fewer")
        }
    }
}
