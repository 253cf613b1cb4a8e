// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import NIOCore

/// Reads a shard, of an upload or of an answer about duplicates.
///
/// Everything stays within the bytes that are there: a count is believed only when its records could be. What follows
/// the xorbs (tables and a footer, or neither) is not looked at, and neither is what the header says of a footer:
/// hf-xet 1.2.0 announces one and sends none.
public enum ShardParser {
    /// - Parameter limit: bytes a shard may have.
    /// - Throws: `HubError(.badRequest)` saying what is wrong, `.tooLarge` above the limit.
    public static func parse(_ bytes: ByteBuffer, limit: Int = 128 << 20) throws(HubError) -> XetShard {
        guard bytes.readableBytes <= limit else {
            throw HubError(.tooLarge, "The shard has \(bytes.readableBytes) bytes, and may have up to \(limit)")
        }
        var records = Records(bytes: bytes)
        let header = try records.next("header")
        guard header.head == ShardFormat.tagHash else {
            throw HubError(.badRequest, "This is no shard: it does not begin as one")
        }
        let version = UInt64(header.second) << 32 | UInt64(header.first)
        guard version == ShardFormat.version else {
            throw HubError(.badRequest, "The shard is of version \(version), and only version 2 is known")
        }
        var shard = XetShard()
        while let file = try records.file() { shard.files.append(file) }
        while let xorb = try records.xorb() { shard.xorbs.append(xorb) }
        return shard
    }

    /// One record: a hash and four numbers.
    private struct Record {
        let head: XetHash
        let first, second, third, fourth: UInt32
    }

    private struct Records {
        var bytes: ByteBuffer

        /// - Parameter what: what stands here, for the message.
        mutating func next(_ what: @autoclosure () -> String) throws(HubError) -> Record {
            guard let head = bytes.readXetHash(),
                let rest = bytes.readMultipleIntegers(
                    endianness: .little,
                    as: (UInt32, UInt32, UInt32, UInt32).self
                )
            else { throw HubError(.badRequest, "The shard ends where its \(what()) should be") }
            return Record(head: head, first: rest.0, second: rest.1, third: rest.2, fourth: rest.3)
        }

        func count(_ count: UInt32, of what: String) throws(HubError) -> Int {
            guard let count = Int(exactly: count), count <= bytes.readableBytes / ShardFormat.recordLength else {
                throw HubError(.badRequest, "The shard announces \(count) \(what) and ends before them")
            }
            return count
        }

        /// `nil` at the end of the files.
        mutating func file() throws(HubError) -> ShardFile? {
            let header = try next("next file")
            if header.head == ShardFormat.bookend { return nil }
            let count = try count(header.second, of: "terms")
            var terms: [ShardTerm] = []
            terms.reserveCapacity(count)
            for _ in 0..<count {
                let record = try next("next term")
                guard record.third < record.fourth,
                    let term = ShardTerm(
                        xorb: record.head,
                        unpackedLength: record.second,
                        chunks: Int(record.third)..<Int(record.fourth)
                    )
                else {
                    throw HubError(
                        .badRequest,
                        "Term \(terms.count) of file \(header.head) has no chunks: \(record.third) to \(record.fourth)"
                    )
                }
                terms.append(term)
            }
            var verification: [XetHash] = []
            if header.first & ShardFormat.hasVerification != 0 {
                verification.reserveCapacity(count)
                for _ in 0..<count { verification.append(try next("verification").head) }
            }
            var sha256: BlobID?
            if header.first & ShardFormat.hasMetadata != 0 {
                // Kept as if it were one of the protocol's own hashes: with each eight bytes reversed.
                sha256 = BlobID(hex: try next("SHA-256").head.description)
            }
            return ShardFile(hash: header.head, terms: terms, verification: verification, sha256: sha256)
        }

        /// `nil` at the end of the xorbs.
        mutating func xorb() throws(HubError) -> ShardXorb? {
            let header = try next("next xorb")
            if header.head == ShardFormat.bookend { return nil }
            let count = try count(header.second, of: "chunks")
            var chunks: [ShardXorb.Chunk] = []
            chunks.reserveCapacity(count)
            var offset: UInt32 = 0
            for _ in 0..<count {
                let record = try next("next chunk")
                let (end, overflow) = offset.addingReportingOverflow(record.second)
                guard record.first == offset, !overflow else {
                    throw HubError(
                        .badRequest,
                        "Chunk \(chunks.count) of xorb \(header.head) does not begin where the last ends"
                    )
                }
                offset = end
                chunks.append(
                    .init(
                        hash: record.head,
                        length: record.second,
                        isGloballyEligible: record.third & ShardFormat.isGloballyEligible != 0
                    )
                )
            }
            guard header.third == offset else {
                throw HubError(
                    .badRequest,
                    "Xorb \(header.head) has chunks of \(offset) bytes, and says \(header.third)"
                )
            }
            return ShardXorb(hash: header.head, chunks: chunks, packedLength: header.fourth)
        }
    }
}

extension ShardFormat {
    static let tagHash = XetHash(bytes: tag)
}
