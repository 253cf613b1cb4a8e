// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CZlib

/// Unpacks DEFLATE data (RFC 1951) into memory, up to a limit.
///
/// For the few kilobytes of an archive member that a scan looks at; transfers never come here.
public enum Inflate {
    public struct Malformed: Error, Sendable {}

    /// - Parameter limit: bytes to unpack at most; a longer result is cut there.
    /// - Returns: the bytes, and whether they are all there are.
    /// - Throws: ``Malformed``.
    public static func unpack(_ bytes: [UInt8], limit: Int) throws(Malformed) -> (bytes: [UInt8], isWhole: Bool) {
        // Most of what is unpacked is far below the limit: room grows by doubling, and each try begins anew.
        var room = min(limit, max(64 << 10, bytes.count))
        while true {
            var end = hub_inflate_malformed
            let output = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                end = bytes.withUnsafeBufferPointer {
                    hub_inflate($0.baseAddress, $0.count, buffer.baseAddress, room, &count)
                }
            }
            switch end {
            case hub_inflate_whole: return (output, true)
            case hub_inflate_full where room < limit: room = min(limit, room * 2)
            case hub_inflate_full: return (output, false)
            default: throw Malformed()
            }
        }
    }

    /// Where the DEFLATE data of a zlib (RFC 1950) or gzip (RFC 1952) file begins, or `nil` if it is neither.
    public static func start(of bytes: [UInt8]) -> Int? {
        guard bytes.count >= 18, let first = bytes.first, let second = bytes.dropFirst().first else { return nil }
        if first == 0x78, (UInt16(first) << 8 | UInt16(second)) % 31 == 0, second & 0x20 == 0 { return 2 }
        guard first == 0x1f, second == 0x8b, bytes.dropFirst(2).first == 8, let flags = bytes.dropFirst(3).first else {
            return nil
        }
        var rest = bytes[...].dropFirst(10)
        if flags & 4 != 0 {
            let length = rest.prefix(2).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(2 + length)
        }
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            rest = rest.drop { $0 != 0 }.dropFirst()
        }
        if flags & 2 != 0 { rest = rest.dropFirst(2) }
        return rest.startIndex < bytes.count ? rest.startIndex : nil
    }
}
