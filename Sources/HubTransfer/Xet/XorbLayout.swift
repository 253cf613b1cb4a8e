// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// Where the chunks of a stored xorb are: all that answering about it takes, 40 bytes for each chunk.
public struct XorbLayout: Sendable, Equatable {
    public let hash: XetHash
    public let chunkHashes: [XetHash]
    /// Where each chunk's record ends in the xorb, its header included, in bytes.
    public let packedEnds: [UInt32]
    /// Where each chunk ends in the unpacked whole, in bytes.
    public let unpackedEnds: [UInt32]

    /// The three lists are equally long; ends rise.
    init(hash: XetHash, chunkHashes: [XetHash], packedEnds: [UInt32], unpackedEnds: [UInt32]) {
        self.hash = hash
        self.chunkHashes = chunkHashes
        self.packedEnds = packedEnds
        self.unpackedEnds = unpackedEnds
    }

    /// Of chunks that are all stored as they are, one after the other.
    /// - Parameter unpackedEnds: where each ends, in bytes; as many as there are hashes, rising.
    public init(storing chunkHashes: [XetHash], unpackedEnds: [UInt32]) {
        var root = MerkleRoot()
        var before: UInt32 = 0
        var packed: [UInt32] = []
        packed.reserveCapacity(unpackedEnds.count)
        for (index, (hash, end)) in zip(chunkHashes, unpackedEnds).enumerated() {
            root.append(hash, length: UInt64(end - before))
            before = end
            packed.append(end + UInt32(clamping: (index + 1) * ChunkRecord.headerLength))
        }
        self.init(hash: root.root(), chunkHashes: chunkHashes, packedEnds: packed, unpackedEnds: unpackedEnds)
    }

    public var chunkCount: Int { chunkHashes.count }
    /// Bytes of all records.
    public var packedLength: Int { packedEnds.last.map(Int.init) ?? 0 }
    /// Bytes of all chunks.
    public var unpackedLength: Int { unpackedEnds.last.map(Int.init) ?? 0 }

    /// Where these chunks are in the unpacked whole, in bytes; `nil` when there are no such chunks, or none asked for.
    public func unpackedRange(of chunks: Range<Int>) -> Range<Int>? { range(of: chunks, in: unpackedEnds) }

    /// Unpacked bytes of these chunks; `nil` when there are no such chunks, or none asked for.
    public func unpackedLength(of chunks: Range<Int>) -> Int? { unpackedRange(of: chunks)?.count }

    /// Where the records of these chunks are in the xorb, in bytes; `nil` as above.
    public func packedRange(of chunks: Range<Int>) -> Range<Int>? { range(of: chunks, in: packedEnds) }

    /// The chunk that byte `offset` of the unpacked whole is in; `nil` past the end.
    public func chunk(at offset: Int) -> Int? {
        guard offset >= 0, offset < unpackedLength else { return nil }
        var low = 0
        var high = unpackedEnds.count - 1
        while low < high {
            let middle = (low + high) / 2
            if Int(unpackedEnds[middle]) <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func range(of chunks: Range<Int>, in ends: [UInt32]) -> Range<Int>? {
        guard !chunks.isEmpty, chunks.lowerBound >= 0, chunks.upperBound <= ends.count else { return nil }
        let start = chunks.lowerBound == 0 ? 0 : Int(ends[chunks.lowerBound - 1])
        return start..<Int(ends[chunks.upperBound - 1])
    }
}
