// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import NIOCore
import NIOPosix

/// The SHA-256 of a content of any size: one part is hashed while the next is read.
enum ContentDigest {
    static func sha256(
        of reader: any BlobReader,
        progress: @escaping @Sendable (Int64) -> Void = { _ in }
    ) async throws -> BlobID {
        var hasher = SHA256()
        var offset: Int64 = 0
        var next = try await reader.read(at: 0, upTo: XetContentReader.maximumRead)
        while next.readableBytes > 0 {
            try Task.checkCancellation()
            offset += Int64(next.readableBytes)
            let (bytes, before, position) = (next, hasher, offset)
            async let hashed = NIOThreadPool.singleton.runIfActive {
                var hasher = before
                bytes.withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
                return hasher
            }
            next =
                position < reader.size
                ? try await reader.read(at: position, upTo: XetContentReader.maximumRead) : ByteBuffer()
            hasher = try await hashed
            progress(position)
        }
        guard offset == reader.size, let id = BlobID(bytes: Array(hasher.finalize())) else {
            throw HubError(.corrupt, "A content ended before its size")
        }
        return id
    }
}
