// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import NIOCore
import Synchronization

/// A blob on its way to disk; see ``LocalBlobStore``.
///
/// Hashing happens on the caller's thread in slices of at most 256 KiB (about 0.14 ms each); writing on the pool.
/// A blob smaller than one batch costs one trip to the pool, and no temporary file if it is there already.
final class LocalBlobIngest: BlobIngest {
    private struct State {
        var written: Int64 = 0
        var hasher = SHA256()
        var isOver = false
    }

    private let expectedID: BlobID?
    private let expectedSize: Int64?
    private let files: BlobFiles
    private let pool: DiskPool
    private let temporary: TemporaryFile
    private let writer: BatchWriter
    private let state = Mutex(State())

    init(files: BlobFiles, pool: DiskPool, expectedID: BlobID?, expectedSize: Int64?) {
        self.expectedID = expectedID
        self.expectedSize = expectedSize
        self.files = files
        self.pool = pool
        let temporary = TemporaryFile(files: files, pool: pool)
        self.temporary = temporary
        writer = BatchWriter(pool: pool, at: 0) { bytes, offset in
            let file = try temporary.descriptor()
            try bytes.withUnsafeReadableBytes { try file.write($0, at: offset) }
        }
    }

    var written: Int64 { state.withLock { $0.written } }

    func write(_ bytes: ByteBuffer) async throws {
        do {
            try checkOpen()
            try IngestCheck.room(for: bytes, after: written, of: expectedSize)
            var rest = bytes
            while let slice = rest.readSlice(length: min(rest.readableBytes, BatchWriter.batchSize)),
                slice.readableBytes > 0
            {
                state.withLock { state in
                    slice.withUnsafeReadableBytes { state.hasher.update(bufferPointer: $0) }
                    state.written += Int64(slice.readableBytes)
                }
                try await writer.append(slice)
            }
        } catch {
            await cancel()
            throw error
        }
    }

    func finish() async throws -> (id: BlobID, size: Int64) {
        do {
            try checkOpen()
            let (size, hasher) = state.withLock { ($0.written, $0.hasher) }
            let id = try IngestCheck.identity(hasher, size: size, expectedID: expectedID, expectedSize: expectedSize)
            let rest = try await writer.drain()
            try await pool.run { [files, temporary] in
                if !temporary.isMade, try files.adopt(id, size: size) { return temporary.drop() }
                let file = try temporary.descriptor()
                try rest.bytes.withUnsafeReadableBytes { try file.write($0, at: rest.offset) }
                try temporary.publish(id: id, size: size)
            }
            state.withLock { $0.isOver = true }
            return (id, size)
        } catch {
            await cancel()
            throw error
        }
    }

    func cancel() async {
        let wasOver = state.withLock { state in
            defer { state.isOver = true }
            return state.isOver
        }
        if wasOver { return }
        // Dropping cannot fail, so neither can this.
        try? await pool.run { [temporary] in temporary.drop() }
    }

    private func checkOpen() throws {
        if state.withLock({ $0.isOver }) { throw HubError(.internal, "A finished or cancelled ingest was used again") }
    }
}
