// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension BlobFiles {
    /// A small blob's whole bytes.
    /// - Throws: ``HubError/Code/notFound``; ``HubError/Code/tooLarge`` past `limit`; ``HubError/Code/corrupt`` for a
    ///   file that ends early.
    func contents(of id: BlobID, limit: Int64) throws -> ByteBuffer {
        let file = try open(id)
        let size = try file.status().size
        guard size <= limit, let count = Int(exactly: size) else {
            throw HubError(.tooLarge, "The blob \(id) is too large to be read whole")
        }
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        while buffer.readableBytes < count {
            let offset = buffer.readableBytes
            let read = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count - offset) { space in
                try file.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(count - offset)),
                    at: Int64(offset)
                )
            }
            guard read > 0 else { throw HubError(.corrupt, "A stored blob is shorter than its \(size) bytes") }
        }
        return buffer
    }

    private func open(_ id: BlobID) throws -> FileDescriptor {
        do {
            return try FileDescriptor(opening: layout.blob(id), O_RDONLY | O_NOFOLLOW)
        } catch  where error.errnoCode == ENOENT {
            throw HubError(.notFound, "No such blob", cause: error)
        }
    }
}
