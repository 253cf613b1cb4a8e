// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CZlib
import HubCore
public import NIOCore

/// Packs pieces of bytes, each as a zlib stream of its own (RFC 1950), as the objects of a git pack are.
///
/// One at a time; the memory of the first serves all.
public final class Deflater {
    private let deflater: OpaquePointer

    /// - Parameter level: 1 is zlib's fastest, 9 its smallest.
    /// - Throws: ``HubError/Code/overloaded`` if memory is short.
    public init(level: Int32 = 1) throws {
        guard let deflater = hub_deflater_new(level) else {
            throw HubError(.overloaded, "There is no memory left to pack objects; try again")
        }
        self.deflater = deflater
    }

    deinit { hub_deflater_free(deflater) }

    /// Appends `bytes`, packed, to `output`.
    /// - Throws: ``HubError/Code/tooLarge`` for more than 2 GB.
    public func pack(_ bytes: UnsafeRawBufferPointer, into output: inout ByteBuffer) throws {
        let bound = hub_deflater_bound(bytes.count)
        var written = 0
        if bound > 0 {
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
                written = hub_deflater_pack(
                    deflater,
                    bytes.bindMemory(to: UInt8.self).baseAddress,
                    bytes.count,
                    space.bindMemory(to: UInt8.self).baseAddress,
                    space.count
                )
                return written
            }
        }
        guard written > 0 else { throw HubError(.tooLarge, "An object of \(bytes.count) bytes cannot be packed") }
    }
}
