// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Integers out of bytes of unknown origin: whatever lies outside is `nil`.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    var isBigEndian = false

    func uint8(_ offset: Int) -> UInt8? {
        offset >= 0 && offset < bytes.count ? bytes[offset] : nil
    }

    func uint16(_ offset: Int) -> UInt16? {
        guard offset >= 0, bytes.count - offset >= 2, offset < bytes.count else { return nil }
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        return isBigEndian ? UInt16(bigEndian: value) : UInt16(littleEndian: value)
    }

    func uint32(_ offset: Int) -> UInt32? {
        guard offset >= 0, offset < bytes.count, bytes.count - offset >= 4 else { return nil }
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isBigEndian ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
    }

    func int32(_ offset: Int) -> Int32? { uint32(offset).map { Int32(bitPattern: $0) } }

    /// The bytes of `range`; `nil` unless all are there.
    func slice(_ offset: Int, count: Int) -> UnsafeRawBufferPointer? {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    }

    func matches(_ text: StaticString, at offset: Int) -> Bool {
        guard let slice = slice(offset, count: text.utf8CodeUnitCount) else { return false }
        return slice.indices.allSatisfy { slice[$0] == text.utf8Start[$0] }
    }
}
