// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
public import NIOCore

/// What stands in front of each object of a pack.
public enum PackEntryKind: UInt8, Sendable {
    case commit = 1
    case tree = 2
    case blob = 3
    case tag = 4
    /// A delta against an object so many bytes earlier in the pack.
    case offsetDelta = 6
    /// A delta against the object of an id.
    case referenceDelta = 7

    public init(_ kind: GitObjectKind) {
        switch kind {
        case .commit: self = .commit
        case .tree: self = .tree
        case .blob: self = .blob
        case .tag: self = .tag
        }
    }

    /// The object's own kind, unless it is a delta.
    public var object: GitObjectKind? {
        switch self {
        case .commit: .commit
        case .tree: .tree
        case .blob: .blob
        case .tag: .tag
        case .offsetDelta, .referenceDelta: nil
        }
    }
}

/// The pack format, version 2: a header, objects, and the SHA-1 of all before it.
///
///     PACK <4 bytes version> <4 bytes number of objects>
///     for each: <kind and size, 7 bits a byte> [<base>] <zlib stream>
public enum PackFormat {
    public static let headerBytes = 12
    public static let signature = Array("PACK".utf8)

    public static func header(objects: UInt32) -> ByteBuffer {
        var buffer = ByteBuffer(bytes: signature)
        buffer.writeInteger(UInt32(2))
        buffer.writeInteger(objects)
        return buffer
    }
}

extension ByteBuffer {
    /// Writes what stands in front of an object.
    /// - Parameter size: bytes of what is packed: the object, or the delta.
    public mutating func writePackEntry(_ kind: PackEntryKind, size: Int) {
        var rest = UInt64(clamping: size)
        var byte = kind.rawValue << 4 | UInt8(rest & 15)
        rest >>= 4
        while rest > 0 {
            writeInteger(byte | 0x80)
            byte = UInt8(rest & 0x7F)
            rest >>= 7
        }
        writeInteger(byte)
    }
}
