// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// A stretch of a file cut into chunks.
struct CutPiece: Sendable {
    /// Bytes of a file that are read at once.
    static let length = 4 << 20

    let bytes: ByteBuffer
    let chunks: [(hash: XetHash, range: Range<Int>)]
    /// Bytes of the whole chunks: where in the file the next piece begins, counted from this one's start.
    var count: Int { chunks.last?.range.upperBound ?? 0 }

    /// Cuts and hashes from the start of a chunk on; a last chunk that may go on is left to the next piece.
    ///
    /// Blocks: call it inside ``Disk/run(_:)``.
    /// - Parameter size: bytes of the file.
    init(_ file: OpenFile, at offset: Int64, size: Int64, length: Int = Self.length) throws {
        let bytes = try file.read(at: offset, count: Int(min(Int64(length), size - offset)))
        let isLast = offset + Int64(bytes.readableBytes) >= size
        var chunks: [(hash: XetHash, range: Range<Int>)] = []
        bytes.withUnsafeReadableBytes { bytes in
            var chunker = GearChunker()
            var start = 0
            func add(_ end: Int) {
                let chunk = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                chunks.append((XetHashing.chunkHash(chunk), start..<end))
                start = end
            }
            while let count = chunker.scan(UnsafeRawBufferPointer(rebasing: bytes[start...])) { add(start + count) }
            if isLast, start < bytes.count { add(bytes.count) }
        }
        self.bytes = bytes
        self.chunks = chunks
    }

    /// The bytes of one of the chunks.
    func withChunk<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeReadableBytes { try body(UnsafeRawBufferPointer(rebasing: $0[chunks[index].range])) }
    }
}
