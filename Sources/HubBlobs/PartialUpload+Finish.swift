// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension PartialUpload {
    /// How much one step hashes before it lets go of its thread, in bytes.
    private static let hashStep: Int64 = 4 << 20

    /// Whether the caller is to start hashing in the background: there is something to hash and nobody does.
    func startsHashing() -> Bool {
        state.withLock { state in
            guard !state.isHashing, state.phase == .open, state.hashed < hashLimit(state) else { return false }
            state.isHashing = true
            return true
        }
    }

    /// One background step; `false` when there is nothing more to do for now.
    func hashInBackground() -> Bool {
        // An unreadable file is met again, and reported, by `finish`.
        let more = (try? hashNext()) ?? false
        return state.withLock { state in
            state.isHashing = more && state.phase == .open
            return state.isHashing
        }
    }

    /// Hashes up to ``hashStep`` bytes of the parts that are there without a gap; `false` when it has reached their end.
    func hashNext() throws -> Bool {
        try hashing.withLock { _ in
            var (hasher, offset, limit, epoch) = state.withLock { ($0.hasher, $0.hashed, hashLimit($0), $0.epoch) }
            let end = min(limit, offset + Self.hashStep)
            if offset < end {
                let data = try FileDescriptor(opening: files.layout.partialData(name), O_RDONLY | O_NOFOLLOW)
                try data.hash(from: offset, to: end, into: &hasher)
                offset = end
            }
            return state.withLock { state in
                // Taken back meanwhile: what was hashed may be gone.
                guard state.epoch == epoch else { return true }
                state.hasher = hasher
                state.hashed = offset
                limit = hashLimit(state)
                return offset < limit
            }
        }
    }

    private func hashLimit(_ state: State) -> Int64 { geometry.offset(ofPart: state.contiguous + 1) }

    /// What there is to do to publish; `nil` if it is done already.
    func beginFinish(_ work: @escaping @Sendable () async throws -> Void) throws -> Task<Void, any Error>? {
        try state.withLock { state in
            if state.phase == .published { return nil }
            if let running = state.finishing { return running }
            try requireOpen(state)
            if try !files.adopt(id, size: geometry.size) {
                try load(&state)
                try geometry.requireAll(state.done)
            }
            state.phase = .finishing
            // Not a child of the caller's task: a client that goes away leaves the publishing to run to its end.
            let task = Task { try await work() }
            state.finishing = task
            return task
        }
    }

    /// Publishes the hashed file as the blob.
    /// - Throws: ``HubError/Code/unprocessable`` on a wrong digest.
    func publish() throws {
        if try files.adopt(id, size: geometry.size) { return }
        let hasher = state.withLock { $0.hasher }
        _ = try IngestCheck.identity(
            hasher,
            size: state.withLock { $0.hashed },
            expectedID: id,
            expectedSize: geometry.size
        )
        // An empty blob has no parts and so no folder yet.
        _ = try FileSystem.makeFolder(files.layout.partialFolder(name))
        let data = try FileDescriptor(
            opening: files.layout.partialData(name),
            O_RDWR | O_CREAT | O_NOFOLLOW,
            mode: 0o600
        )
        try files.publish(data, id: id, size: geometry.size)
    }

    /// Ends the upload: no more parts, no more finishing.
    func end(_ phase: Phase) {
        state.withLock { state in
            state.phase = phase
            state.finishing = nil
            if phase == .dropped { state.done = [] }
        }
    }
}

extension FileDescriptor {
    /// Hashes the bytes from `start` up to `end`, 256 KiB at a time.
    /// - Throws: ``HubError/Code/corrupt`` if the file ends before.
    fileprivate func hash(from start: Int64, to end: Int64, into hasher: inout SHA256) throws {
        try withUnsafeTemporaryAllocation(byteCount: BatchWriter.batchSize, alignment: 16) { buffer in
            var offset = start
            while offset < end {
                let wanted = Int(min(Int64(buffer.count), end - offset))
                let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(wanted)), at: offset)
                guard count > 0 else { throw HubError(.corrupt, "The parts on disk are shorter than they were") }
                hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
                offset += Int64(count)
            }
        }
    }
}
