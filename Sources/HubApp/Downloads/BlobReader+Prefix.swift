// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

extension BlobReader {
    /// The first `count` bytes, or all if there are fewer.
    func prefix(_ count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, Int64(bytes.count) < size {
            let chunk = try await read(at: Int64(bytes.count), upTo: count - bytes.count)
            guard chunk.readableBytes > 0 else { break }
            bytes += Array(chunk.readableBytesView)
        }
        return bytes
    }

    /// `count` bytes from `offset` on; `nil` if there are fewer.
    func read(at offset: Int64, exactly count: Int) async throws -> ByteBuffer? {
        var bytes = try await read(at: offset, upTo: count)
        while bytes.readableBytes < count {
            var more = try await read(at: offset + Int64(bytes.readableBytes), upTo: count - bytes.readableBytes)
            guard more.readableBytes > 0 else { return nil }
            bytes.writeBuffer(&more)
        }
        return bytes
    }
}
