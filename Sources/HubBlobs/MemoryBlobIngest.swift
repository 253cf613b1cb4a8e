// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import NIOCore
import Synchronization

/// A blob in memory, open for reading.
struct MemoryBlobReader: BlobReader {
    let bytes: ByteBuffer

    var size: Int64 { Int64(bytes.readableBytes) }

    func read(at offset: Int64, upTo count: Int) async throws -> ByteBuffer {
        guard let length = try ReadBounds.length(at: offset, upTo: count, of: size), let start = Int(exactly: offset)
        else { return ByteBuffer() }
        return bytes.getSlice(at: bytes.readerIndex + start, length: length) ?? ByteBuffer()
    }
}

/// A blob on its way into memory.
final class MemoryBlobIngest: BlobIngest {
    private struct State {
        var bytes = ByteBuffer()
        var isOver = false

        func requireOpen() throws {
            if isOver { throw HubError(.internal, "A finished or cancelled ingest was used again") }
        }
    }

    private let blobs: MemoryBlobs
    private let expectedID: BlobID?
    private let expectedSize: Int64?
    private let state = Mutex(State())

    init(blobs: MemoryBlobs, expectedID: BlobID?, expectedSize: Int64?) {
        self.blobs = blobs
        self.expectedID = expectedID
        self.expectedSize = expectedSize
    }

    var written: Int64 { state.withLock { Int64($0.bytes.readableBytes) } }

    func write(_ bytes: ByteBuffer) async throws {
        try state.withLock { state in
            try state.requireOpen()
            do {
                try IngestCheck.room(for: bytes, after: Int64(state.bytes.readableBytes), of: expectedSize)
            } catch {
                state.isOver = true
                throw error
            }
            state.bytes.writeImmutableBuffer(bytes)
        }
    }

    func finish() async throws -> (id: BlobID, size: Int64) {
        let bytes = try state.withLock { state in
            try state.requireOpen()
            state.isOver = true
            return state.bytes
        }
        let size = Int64(bytes.readableBytes)
        let id = try IngestCheck.identity(
            bytes.sha256(),
            size: size,
            expectedID: expectedID,
            expectedSize: expectedSize
        )
        blobs.put(id, bytes)
        return (id, size)
    }

    func cancel() async { state.withLock { $0.isOver = true } }
}

extension ByteBuffer {
    func sha256() -> SHA256 {
        var hasher = SHA256()
        withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
        return hasher
    }
}
