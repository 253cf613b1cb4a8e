// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import NIOCore

/// The footer of a stored xorb, which holds its layout. Clients leave it out, and ranges served never include it.
///
///     XETBLOB 1 | hash | XBLBHSH 0 | n | n hashes | XBLBBND 1 | n | n packed ends | n unpacked ends | n
///     | from here's end to XBLBHSH | … to XBLBBND | 16 reserved      then the length of all that, itself excluded
extension XorbLayout {
    static let footerTag = Array("XETBLOB".utf8)
    private static let hashesTag = Array("XBLBHSH".utf8)
    private static let boundariesTag = Array("XBLBBND".utf8)

    /// Bytes of the footer of a xorb of `chunkCount` chunks, its own length at the end included.
    public static func footerLength(chunkCount: Int) -> Int { 40 + 12 + 12 + 28 + 4 + 40 * chunkCount }

    /// The footer, its own length at the end included.
    public func encodedFooter() -> [UInt8] {
        var out = ByteBuffer()
        out.reserveCapacity(Self.footerLength(chunkCount: chunkCount))
        let count = UInt32(chunkCount)
        out.writeBytes(Self.footerTag + [1])
        hash.withUnsafeBytes { _ = out.writeBytes($0) }
        out.writeBytes(Self.hashesTag + [0])
        out.writeInteger(count, endianness: .little)
        for hash in chunkHashes { hash.withUnsafeBytes { _ = out.writeBytes($0) } }
        out.writeBytes(Self.boundariesTag + [1])
        out.writeInteger(count, endianness: .little)
        for end in packedEnds + unpackedEnds { out.writeInteger(end, endianness: .little) }
        out.writeInteger(count, endianness: .little)
        out.writeInteger(12 + 32 * count + 12 + 8 * count + 28, endianness: .little)
        out.writeInteger(12 + 8 * count + 28, endianness: .little)
        out.writeRepeatingByte(0, count: 16)
        out.writeInteger(UInt32(out.readableBytes), endianness: .little)
        return Array(out.readableBytesView)
    }

    /// Reads a footer, and sees to it that the offsets are such that no question about them can go wrong.
    /// - Throws: `HubError(.corrupt)`.
    public init(footer: some Collection<UInt8>) throws(HubError) {
        var input = ByteBuffer(bytes: footer)
        let length = input.readableBytes
        func broken(_ what: String) -> HubError { HubError(.corrupt, "The footer of a xorb is damaged: \(what)") }
        func expect(_ tag: [UInt8], version: UInt8) throws(HubError) {
            guard input.readBytes(length: tag.count + 1) == tag + [version] else { throw broken("a tag is missing") }
        }
        func number() throws(HubError) -> UInt32 {
            guard let number: UInt32 = input.readInteger(endianness: .little) else { throw broken("it is cut short") }
            return number
        }
        try expect(Self.footerTag, version: 1)
        guard let hash = input.readXetHash() else { throw broken("it is cut short") }
        try expect(Self.hashesTag, version: 0)
        let count = try Int(number())
        guard Self.footerLength(chunkCount: count) == length else {
            throw broken("it has \(length) bytes and \(count) chunks")
        }
        var hashes: [XetHash] = []
        hashes.reserveCapacity(count)
        for _ in 0..<count {
            guard let hash = input.readXetHash() else { throw broken("it is cut short") }
            hashes.append(hash)
        }
        try expect(Self.boundariesTag, version: 1)
        guard try Int(number()) == count else { throw broken("two counts of its chunks differ") }
        func ends() throws(HubError) -> [UInt32] {
            var ends: [UInt32] = []
            ends.reserveCapacity(count)
            for _ in 0..<count {
                let end = try number()
                guard end > ends.last ?? 0 else { throw broken("its offsets do not rise") }
                ends.append(end)
            }
            return ends
        }
        let packedEnds = try ends()
        let unpackedEnds = try ends()
        guard try Int(number()) == count else { throw broken("two counts of its chunks differ") }
        guard input.readSlice(length: 4 + 4 + 16) != nil, try Int(number()) == length - 4 else {
            throw broken("its length is not what it says")
        }
        self.init(hash: hash, chunkHashes: hashes, packedEnds: packedEnds, unpackedEnds: unpackedEnds)
    }
}

extension ByteBuffer {
    mutating func readXetHash() -> XetHash? {
        readMultipleIntegers(endianness: .little, as: (UInt64, UInt64, UInt64, UInt64).self).map(XetHash.init(lanes:))
    }
}
