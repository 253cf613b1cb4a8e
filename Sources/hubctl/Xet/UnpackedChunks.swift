// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// Consecutive chunks of a xorb, unpacked.
struct UnpackedChunks: Sendable {
    private(set) var bytes = ByteBuffer()
    /// Where each chunk ends.
    private var ends: [Int] = []

    /// Blocks: call it inside ``Disk/run(_:)``.
    /// - Parameters:
    ///   - packed: exactly the records of `count` chunks.
    ///   - limit: bytes they may have unpacked.
    /// - Throws: `HubError` when they are not.
    init(_ packed: ByteBuffer, count: Int, limit: Int64) throws {
        var rest = packed
        while rest.readableBytes > 0 {
            let record = try ChunkRecord(header: rest)
            guard let whole = rest.readSlice(length: ChunkRecord.headerLength + record.packedLength) else {
                throw HubError(.badRequest, "a chunk that is cut short")
            }
            guard Int64(bytes.readableBytes + record.unpackedLength) <= limit else {
                throw HubError(.badRequest, "more bytes than the file has")
            }
            try whole.withUnsafeReadableBytes { whole in
                let payload = UnsafeRawBufferPointer(rebasing: whole.dropFirst(ChunkRecord.headerLength))
                _ = try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: record.unpackedLength) { room in
                    try record.unpack(
                        payload,
                        into: UnsafeMutableRawBufferPointer(rebasing: room.prefix(record.unpackedLength))
                    )
                    return record.unpackedLength
                }
            }
            ends.append(bytes.readableBytes)
        }
        guard ends.count == count else {
            throw HubError(.badRequest, "\(ends.count) chunks where \(count) were announced")
        }
    }

    /// The bytes of these chunks, counted from the first one here; `nil` when they are not all here.
    func slice(_ chunks: Range<Int>) -> ByteBuffer? {
        guard !chunks.isEmpty, chunks.lowerBound >= 0, chunks.upperBound <= ends.count else { return nil }
        let start = chunks.lowerBound == 0 ? 0 : ends[chunks.lowerBound - 1]
        return bytes.getSlice(at: start, length: ends[chunks.upperBound - 1] - start)
    }
}
