// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
public import NIOCore
import NIOPosix

/// Requests as git sends them.
public enum GitRequestBody {
    /// Unpacks a request that came with `Content-Encoding: gzip`.
    /// - Parameter limit: bytes it may have, unpacked.
    /// - Throws: ``HubError/Code/badRequest`` if it is not gzip, or larger.
    public static func unpack(_ body: ByteBuffer, limit: Int) async throws -> ByteBuffer {
        try await NIOThreadPool.singleton.runIfActive {
            let inflater = try Inflater()
            do {
                return try body.withUnsafeReadableBytes { bytes in
                    ByteBuffer(bytes: try inflater.whole(bytes, limit: limit).bytes)
                }
            } catch let error as Inflater.Malformed {
                throw HubError(.badRequest, "The request is not gzip, or larger than \(limit) bytes", cause: error)
            }
        }
    }
}
