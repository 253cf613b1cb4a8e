// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import Synchronization

/// One user's handle on an upload in parts; see ``PartialUpload`` for what all users share.
final class LocalPartialIngest: PartialBlobIngest {
    private let upload: PartialUpload
    private let partials: PartialUploads
    private let pool: DiskPool

    /// Takes over the use of `upload` that ``PartialUploads/open(_:_:)`` counted.
    init(_ upload: PartialUpload, partials: PartialUploads, pool: DiskPool) {
        self.upload = upload
        self.partials = partials
        self.pool = pool
    }

    deinit { upload.release() }

    var partCount: Int { upload.geometry.partCount }

    func length(ofPart number: Int) -> Int64? { upload.geometry.length(ofPart: number) }

    func hasPart(_ number: Int) async throws -> Bool {
        try await pool.run { [upload] in try upload.hasPart(number) }
    }

    func writePart<Chunks: AsyncSequence & Sendable>(_ number: Int, _ chunks: Chunks) async throws
    where Chunks.Element == ByteBuffer {
        let length = try upload.geometry.requiredLength(ofPart: number)
        let write = try await pool.run { [upload] in try upload.begin(number) }
        let writer = BatchWriter(pool: pool, at: upload.geometry.offset(ofPart: number)) { bytes, offset in
            try write.inTurn { try bytes.withUnsafeReadableBytes { try write.data.write($0, at: offset) } }
        }
        var received: Int64 = 0
        for try await chunk in chunks {
            guard Int64(chunk.readableBytes) <= length - received else {
                throw PartGeometry.longPart(number, length: length)
            }
            received += Int64(chunk.readableBytes)
            try await writer.append(chunk)
        }
        guard received == length else { throw PartGeometry.shortPart(number, length: length, got: received) }
        let rest = try await writer.drain()
        try await pool.run { [upload] in
            try write.inTurn { try rest.bytes.withUnsafeReadableBytes { try write.data.write($0, at: rest.offset) } }
            try upload.complete(write)
        }
        hashInBackground()
    }

    func finish() async throws {
        let task = try await pool.run { [upload, partials, pool] in
            try upload.beginFinish { try await Self.finish(upload, partials, pool) }
        }
        try await task?.value
    }

    func cancel() async {
        // An upload that is being published runs to its end; the outcome is for whoever called `finish`.
        let task = try? await pool.run { [upload] () -> Task<Void, any Error>? in
            upload.state.withLock { $0.finishing }
        }
        if let task = task.flatMap({ $0 }) { _ = await task.result }
        _ = try? await pool.run { [upload, partials] in
            if upload.state.withLock({ $0.phase == .open }) { upload.end(.dropped) }
            // What cannot be removed now is the sweep's.
            try partials.drop(upload)
        }
    }

    private static func finish(_ upload: PartialUpload, _ partials: PartialUploads, _ pool: DiskPool) async throws {
        do {
            while try await pool.run({ try upload.hashNext() }) {}
            try await pool.run {
                try upload.publish()
                upload.end(.published)
                // The blob is safe; what cannot be removed now is the sweep's.
                try? partials.drop(upload)
            }
        } catch let error as HubError where error.code == .unprocessable || error.code == .corrupt {
            try await pool.run {
                upload.end(.dropped)
                // The digest is what went wrong; what cannot be removed now is the sweep's.
                try? partials.drop(upload)
            }
            throw error
        } catch {
            // The disk is full or failing, the parts are good: the client may call again.
            try await pool.run { upload.end(.open) }
            throw error
        }
    }

    /// Lets the running hash catch up with the parts that are there, so that `finish` has little left to do.
    private func hashInBackground() {
        _ = pool.start { [upload, pool] in
            if upload.startsHashing() { Self.hashStep(upload, pool) }
        }
    }

    /// One step, then back to the end of the queue: other work must not wait for the hash of a whole upload.
    private static func hashStep(_ upload: PartialUpload, _ pool: DiskPool) {
        _ = pool.start { if upload.hashInBackground() { hashStep(upload, pool) } }
    }
}
