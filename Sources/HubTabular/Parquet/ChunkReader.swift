// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Reads the pages of one column chunk, one after the other.
struct ChunkReader {
    private static let window = 64 << 10

    private let source: ByteSource
    private let codec: Int
    private let end: Int64
    private var position: Int64
    private var buffer: ArraySlice<UInt8> = []

    init(_ source: ByteSource, _ column: ParquetMetadata.Column) throws {
        guard !column.isElsewhere else { throw TabularError("its columns lie in other files") }
        let start = column.start
        guard start >= 0, column.compressedSize >= 0, start <= source.size,
            column.compressedSize <= source.size - start
        else { throw TabularError("it names bytes beyond its end") }
        self.source = source
        codec = column.codec
        position = start
        end = start + column.compressedSize
    }

    /// The head of the next page, or `nil` at the end; its body is to be taken or skipped then.
    mutating func next() async throws -> ParquetPage? {
        guard position < end else { return nil }
        var wanted = 256
        while true {
            try await fill(wanted)
            do {
                let (page, size) = try ParquetPage.read(buffer)
                advance(size)
                guard Int64(page.packedSize) <= end - position else { throw TabularError.page }
                return page
            } catch let error as TabularError {
                // The head goes on behind what is in the buffer, if there is more.
                guard error == .metadataEnd, Int64(buffer.count) < end - position,
                    buffer.count < ParquetPage.maximumHead
                else { throw error }
                wanted = buffer.count * 4
            }
        }
    }

    mutating func skip(_ page: ParquetPage) { advance(page.packedSize) }

    /// The bytes of a page as they are stored.
    mutating func body(_ page: ParquetPage) async throws -> ArraySlice<UInt8> {
        guard page.packedSize <= ParquetPage.maximumBytes, page.unpackedSize <= ParquetPage.maximumBytes,
            page.valueCount <= ParquetPage.maximumValues
        else { throw TabularError.largePage }
        defer { advance(page.packedSize) }
        if page.packedSize > buffer.count, page.packedSize > Self.window {
            return try await source.read(position, page.packedSize)[...]
        }
        try await fill(page.packedSize)
        return buffer.prefix(page.packedSize)
    }

    func unpack(_ bytes: ArraySlice<UInt8>, size: Int) throws -> ArraySlice<UInt8> {
        try PageCodec.unpack(bytes, codec: codec, size: size)
    }

    /// Sees to it that as much is in the buffer, if there is as much.
    private mutating func fill(_ count: Int) async throws {
        guard buffer.count < count, Int64(buffer.count) < end - position else { return }
        let size = min(Int64(max(count, Self.window)), end - position)
        buffer = try await source.read(position, Int(size))[...]
    }

    private mutating func advance(_ count: Int) {
        position += Int64(count)
        buffer = buffer.dropFirst(count)
    }
}
