// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import Synchronization

/// Gathers small buffers and writes them to a file in batches on the pool, one batch at a time in flight.
///
/// Sockets hand over about 64 KiB; one `pwrite` and one thread hop for each would cost more than the write. While a batch
/// is being written the next one fills, so at most two batches are in memory.
final class BatchWriter: Sendable {
    /// In bytes.
    static let batchSize = 256 * 1024

    /// Writes bytes at an offset of the file; runs on the pool.
    typealias Sink = @Sendable (ByteBuffer, _ offset: Int64) throws -> Void

    private struct State {
        var pending = ByteBuffer()
        var offset: Int64
        var inFlight: PendingWork<Void>?

        mutating func takePending() -> (bytes: ByteBuffer, offset: Int64) {
            defer {
                offset += Int64(pending.readableBytes)
                pending = ByteBuffer()
            }
            return (pending, offset)
        }
    }

    private let pool: DiskPool
    private let sink: Sink
    private let state: Mutex<State>

    init(pool: DiskPool, at offset: Int64, _ sink: @escaping Sink) {
        self.pool = pool
        self.sink = sink
        state = Mutex(State(offset: offset))
    }

    /// Takes `bytes`, waiting while two batches are full.
    ///
    /// One call at a time.
    func append(_ bytes: ByteBuffer) async throws {
        var rest = bytes
        while let slice = rest.readSlice(length: min(rest.readableBytes, Self.batchSize)), slice.readableBytes > 0 {
            let batch: (bytes: ByteBuffer, offset: Int64)? = state.withLock {
                if $0.pending.readableBytes == 0, slice.readableBytes == Self.batchSize {
                    $0.pending = slice
                } else {
                    $0.pending.writeImmutableBuffer(slice)
                }
                return $0.pending.readableBytes >= Self.batchSize ? $0.takePending() : nil
            }
            if let batch {
                try await settle()
                let work = pool.start { [sink] in try sink(batch.bytes, batch.offset) }
                state.withLock { $0.inFlight = work }
            }
        }
    }

    /// Waits until nothing is in flight; what is left over is the caller's to write.
    func drain() async throws -> (bytes: ByteBuffer, offset: Int64) {
        try await settle()
        return state.withLock { $0.takePending() }
    }

    private func settle() async throws {
        let work: PendingWork<Void>? = state.withLock { state in
            defer { state.inFlight = nil }
            return state.inFlight
        }
        try await work?.value()
    }
}
