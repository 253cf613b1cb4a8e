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
}
