// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import NIOCore

/// Writes shards, in the two forms that travel.
public enum ShardWriter {
    /// What a client ends an upload with: files and new xorbs, sorted, and no footer.
    public static func upload(_ shard: XetShard) -> ByteBuffer {
        var out = ByteBuffer()
        out.writeHeader(footerLength: 0)
        for file in shard.files.sorted(by: { $0.hash < $1.hash }) { out.writeFile(file) }
        out.writeRecord(ShardFormat.bookend)
        for xorb in shard.xorbs.sorted(by: { $0.hash < $1.hash }) {
            out.writeXorb(xorb, packedLength: 0) { $0 }
        }
        out.writeRecord(ShardFormat.bookend)
        return out
    }

    /// The answer to a question about a chunk: xorbs whose chunk hashes only those can read who know them already.
    ///
    /// - Parameters:
    ///   - key: what the chunk hashes are masked with; ``XetHash/zero`` leaves them in the clear.
    ///   - created: seconds since 1970.
    ///   - expiry: until when a client's later sessions may use the answer, in seconds since 1970.
    public static func deduplication(
        _ xorbs: [ShardXorb],
        key: XetHash,
        created: UInt64,
        expiry: UInt64
    ) -> ByteBuffer {
        var out = ByteBuffer()
        out.writeHeader(footerLength: ShardFormat.footerLength)
        let files = UInt64(out.readableBytes)
        out.writeRecord(ShardFormat.bookend)
        let xorbStart = UInt64(out.readableBytes)
        var packed: UInt64 = 0
        var unpacked: UInt64 = 0
        for xorb in xorbs {
            packed += UInt64(xorb.packedLength)
            unpacked += xorb.chunks.reduce(0) { $0 + UInt64($1.length) }
            out.writeXorb(xorb, packedLength: xorb.packedLength) {
                key == .zero ? $0 : XetHashing.masked($0, key: key)
            }
        }
        out.writeRecord(ShardFormat.bookend)
        // No tables: clients then read the xorbs themselves.
        let footer = UInt64(out.readableBytes)
        for number in [1, files, xorbStart, footer, 0, footer, 0, footer, 0] {
            out.writeInteger(number, endianness: .little)
        }
        key.withUnsafeBytes { _ = out.writeBytes($0) }
        out.writeInteger(created, endianness: .little)
        out.writeInteger(expiry, endianness: .little)
        out.writeRepeatingByte(0, count: 48)
        for number in [packed, 0, unpacked, footer] { out.writeInteger(number, endianness: .little) }
        return out
    }

    /// Reads back what ``deduplication(_:key:created:expiry:)`` put after the xorbs: the key and the expiry.
    /// - Returns: `nil` when the shard has no footer.
    public static func footer(of bytes: ByteBuffer) -> (key: XetHash, expiry: UInt64)? {
        let start = bytes.writerIndex - Int(ShardFormat.footerLength)
        guard start >= bytes.readerIndex, bytes.getInteger(at: start, endianness: .little, as: UInt64.self) == 1,
            bytes.getInteger(at: start + 192, endianness: .little, as: UInt64.self)
                == UInt64(start - bytes.readerIndex),
            var rest = bytes.getSlice(at: start + 72, length: 48), let key = rest.readXetHash(),
            rest.readInteger(endianness: .little, as: UInt64.self) != nil,
            let expiry: UInt64 = rest.readInteger(endianness: .little)
        else { return nil }
        return (key, expiry)
    }
}

extension ByteBuffer {
    fileprivate mutating func writeHeader(footerLength: UInt64) {
        writeBytes(ShardFormat.tag)
        writeInteger(ShardFormat.version, endianness: .little)
        writeInteger(footerLength, endianness: .little)
    }

    fileprivate mutating func writeRecord(
        _ hash: XetHash,
        _ first: UInt32 = 0,
        _ second: UInt32 = 0,
        _ third: UInt32 = 0,
        _ fourth: UInt32 = 0
    ) {
        hash.withUnsafeBytes { _ = writeBytes($0) }
        writeMultipleIntegers(first, second, third, fourth, endianness: .little)
    }

    fileprivate mutating func writeFile(_ file: ShardFile) {
        var flags: UInt32 = 0
        if file.verification.count == file.terms.count { flags |= ShardFormat.hasVerification }
        let sha256 = file.sha256.flatMap { XetHash(string: $0.hex) }
        if sha256 != nil { flags |= ShardFormat.hasMetadata }
        writeRecord(file.hash, flags, UInt32(file.terms.count))
        for term in file.terms {
            writeRecord(
                term.xorb,
                0,
                term.unpackedLength,
                UInt32(term.chunks.lowerBound),
                UInt32(term.chunks.upperBound)
            )
        }
        if flags & ShardFormat.hasVerification != 0 {
            for hash in file.verification { writeRecord(hash) }
        }
        if let sha256 { writeRecord(sha256) }
    }

    fileprivate mutating func writeXorb(_ xorb: ShardXorb, packedLength: UInt32, mask: (XetHash) -> XetHash) {
        let length = xorb.chunks.reduce(UInt32(0)) { $0 + $1.length }
        writeRecord(xorb.hash, 0, UInt32(xorb.chunks.count), length, packedLength)
        var offset: UInt32 = 0
        for chunk in xorb.chunks {
            let flags = chunk.isGloballyEligible ? ShardFormat.isGloballyEligible : 0
            writeRecord(mask(chunk.hash), offset, chunk.length, flags)
            offset += chunk.length
        }
    }
}
