// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An open blob file.
///
/// What is in the page cache is read on the caller's thread, the rest on the pool.
final class LocalBlobReader: BlobReader {
    /// The most that one read returns, in bytes: what bounds the time on the caller's thread and the memory.
    static let maximumRead = 1024 * 1024

    let size: Int64
    private let file: FileDescriptor
    private let pool: DiskPool
    private let canReadCached = Atomic(true)

    /// Runs on the pool.
    init(path: String, pool: DiskPool) throws {
        do {
            file = try FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW)
        } catch  where error.errnoCode == ENOENT {
            throw HubError(.notFound, "No such blob", cause: error)
        }
        size = try file.status().size
        self.pool = pool
    }

    func read(at offset: Int64, upTo count: Int) async throws -> ByteBuffer {
        guard let wanted = try ReadBounds.length(at: offset, upTo: count, of: size) else { return ByteBuffer() }
        let capacity = min(wanted, Self.maximumRead)
        var buffer = ByteBufferAllocator().buffer(capacity: capacity)
        if canReadCached.load(ordering: .relaxed) {
            var outcome = FileDescriptor.CachedRead.mustWait
            try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { space in
                let space = UnsafeMutableRawBufferPointer(rebasing: space.prefix(capacity))
                outcome = try file.readCached(into: space, at: offset)
                return if case .bytes(let read) = outcome { read } else { 0 }
            }
            switch outcome {
            case .bytes: return try whole(buffer)
            case .mustWait: break
            case .unsupported: canReadCached.store(false, ordering: .relaxed)
            }
        }
        let fresh = buffer
        return try await pool.run { [file] in
            var buffer = fresh
            try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { space in
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(capacity)), at: offset)
            }
            return try self.whole(buffer)
        }
    }

    private func whole(_ buffer: ByteBuffer) throws -> ByteBuffer {
        guard buffer.readableBytes > 0 else {
            throw HubError(.corrupt, "A stored blob is shorter than its \(size) bytes")
        }
        return buffer
    }
}

/// The range rule that both stores share.
enum ReadBounds {
    /// How many bytes there are at `offset`, at most `count`; `nil` for none.
    /// - Throws: ``HubError/Code/rangeNotSatisfiable`` for an offset outside the blob.
    static func length(at offset: Int64, upTo count: Int, of size: Int64) throws -> Int? {
        guard offset >= 0, offset <= size, count >= 0 else {
            throw HubError(.rangeNotSatisfiable, "There is nothing at \(offset) in \(size) bytes", totalSize: size)
        }
        let length = min(Int(clamping: size - offset), count)
        return length > 0 ? length : nil
    }
}
