// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// Consecutive chunks of one xorb, as a part of a file.
public struct ShardTerm: Sendable, Hashable {
    public let xorb: XetHash
    /// Bytes of these chunks.
    public let unpackedLength: UInt32
    /// Never empty.
    public let chunks: Range<Int>

    /// `nil` without chunks.
    public init?(xorb: XetHash, unpackedLength: UInt32, chunks: Range<Int>) {
        guard !chunks.isEmpty, chunks.lowerBound >= 0 else { return nil }
        self.xorb = xorb
        self.unpackedLength = unpackedLength
        self.chunks = chunks
    }
}

/// What a file consists of, as its uploader says.
public struct ShardFile: Sendable, Hashable {
    public let hash: XetHash
    public let terms: [ShardTerm]
    /// One ``XetHashing/rangeHash(_:)`` for each term, or none at all.
    public let verification: [XetHash]
    /// What the uploader says is the SHA-256 of the file: nothing ties it to the chunks.
    public let sha256: BlobID?

    public init(hash: XetHash, terms: [ShardTerm], verification: [XetHash], sha256: BlobID?) {
        self.hash = hash
        self.terms = terms
        self.verification = verification
        self.sha256 = sha256
    }
}

/// What a xorb consists of.
public struct ShardXorb: Sendable, Hashable {
    public struct Chunk: Sendable, Hashable {
        public let hash: XetHash
        /// Unpacked bytes.
        public let length: UInt32
        public let isGloballyEligible: Bool

        public init(hash: XetHash, length: UInt32, isGloballyEligible: Bool) {
            self.hash = hash
            self.length = length
            self.isGloballyEligible = isGloballyEligible
        }
    }

    public let hash: XetHash
    public let chunks: [Chunk]
    /// Bytes of the xorb as stored; 0 when its uploader did not say.
    public let packedLength: UInt32

    public init(hash: XetHash, chunks: [Chunk], packedLength: UInt32) {
        self.hash = hash
        self.chunks = chunks
        self.packedLength = packedLength
    }

    /// A stored xorb.
    public init(_ layout: XorbLayout) {
        var before: UInt32 = 0
        hash = layout.hash
        packedLength = layout.packedEnds.last ?? 0
        chunks = zip(layout.chunkHashes, layout.unpackedEnds).map { hash, end in
            defer { before = end }
            return Chunk(hash: hash, length: end - before, isGloballyEligible: hash.isGloballyEligible)
        }
    }
}

/// The protocol's record of what files and xorbs consist of: an upload's last word, and the answer about duplicates.
public struct XetShard: Sendable, Hashable {
    public var files: [ShardFile]
    public var xorbs: [ShardXorb]

    public init(files: [ShardFile] = [], xorbs: [ShardXorb] = []) {
        self.files = files
        self.xorbs = xorbs
    }
}

/// What the parts of a shard begin and end with. Everything in it is a record of 48 bytes, little-endian.
enum ShardFormat {
    static let recordLength = 48
    static let tag: [UInt8] =
        Array("HFRepoMetaData".utf8)
        + [0, 85, 105, 103, 69, 106, 123, 129, 87, 131, 165, 189, 217, 92, 205, 209, 74, 169]
    static let version: UInt64 = 2
    static let footerLength: UInt64 = 200
    /// Stands where the next file or xorb would.
    static let bookend = XetHash(lanes: (.max, .max, .max, .max))
    static let hasVerification: UInt32 = 1 << 31
    static let hasMetadata: UInt32 = 1 << 30
    static let isGloballyEligible: UInt32 = 1 << 31
}
