// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CXet
public import HubCore
public import NIOCore

/// Packs chunks into a xorb: up to 64 MiB in memory.
public struct XorbBuilder: Sendable {
    public enum Compression: Sendable, Hashable {
        /// Tries each scheme on one chunk of 32 and keeps to the best until the next trial.
        case automatic
        case none
        case lz4
        case groupedLZ4
    }

    private static let trialInterval = 32

    private let limits: XorbLimits
    private var body = ByteBuffer()
    private var root = MerkleRoot()
    private var hashes: [XetHash] = []
    private var packedEnds: [UInt32] = []
    private var unpackedEnds: [UInt32] = []
    private var unpackedLength = 0
    private var chosen = ChunkRecord.Scheme.stored

    public init(limits: XorbLimits = .standard) {
        self.limits = limits
    }

    public var isEmpty: Bool { hashes.isEmpty }
    public var chunkCount: Int { hashes.count }

    /// Whether another chunk of the greatest length might not fit.
    public var isFull: Bool {
        hashes.count >= limits.chunks || unpackedLength + ChunkRecord.maximumLength > limits.unpackedLength
    }

    /// Adds a chunk, packed when that makes it smaller.
    /// - Parameters:
    ///   - chunk: 1 to ``ChunkRecord/maximumLength`` bytes.
    ///   - hash: its ``XetHashing/chunkHash(_:)``.
    /// - Returns: its number in the xorb.
    @discardableResult
    public mutating func append(
        chunk: UnsafeRawBufferPointer,
        hash: XetHash,
        compression: Compression = .automatic
    ) -> Int {
        precondition((1...ChunkRecord.maximumLength).contains(chunk.count) && !isFull, "one more chunk has to fit")
        let start = body.writerIndex
        switch compression {
        case .none: break
        case .lz4: pack(chunk, .lz4)
        case .groupedLZ4: pack(chunk, .groupedLZ4)
        case .automatic where hashes.count.isMultiple(of: Self.trialInterval): chosen = packBest(chunk)
        case .automatic where chosen != .stored: pack(chunk, chosen)
        case .automatic: break
        }
        if body.writerIndex == start {
            body.writeBytes(ChunkRecord.storedHeader(length: chunk.count))
            body.writeBytes(chunk)
        }
        unpackedLength += chunk.count
        hashes.append(hash)
        packedEnds.append(UInt32(clamping: body.writerIndex))
        unpackedEnds.append(UInt32(clamping: unpackedLength))
        root.append(hash, length: UInt64(chunk.count))
        return hashes.count - 1
    }

    /// The xorb without a footer, and its layout. The builder is empty then.
    public mutating func finish() -> (body: ByteBuffer, layout: XorbLayout) {
        let layout = XorbLayout(
            hash: root.root(),
            chunkHashes: hashes,
            packedEnds: packedEnds,
            unpackedEnds: unpackedEnds
        )
        defer { self = XorbBuilder(limits: limits) }
        return (body, layout)
    }

    /// Leaves the smallest record of all schemes; the plain one is the caller's.
    private mutating func packBest(_ chunk: UnsafeRawBufferPointer) -> ChunkRecord.Scheme {
        let start = body.writerIndex
        pack(chunk, .lz4)
        let plain = body.writerIndex - start
        body.moveWriterIndex(to: start)
        pack(chunk, .groupedLZ4)
        let grouped = body.writerIndex - start
        if plain == 0 { return grouped == 0 ? .stored : .groupedLZ4 }
        if grouped != 0, grouped < plain { return .groupedLZ4 }
        body.moveWriterIndex(to: start)
        pack(chunk, .lz4)
        return .lz4
    }

    /// Writes the record, unless it were no smaller than the plain one.
    private mutating func pack(_ chunk: UnsafeRawBufferPointer, _ scheme: ChunkRecord.Scheme) {
        let start = body.writerIndex
        body.writeRepeatingByte(0, count: ChunkRecord.headerLength)
        let packed = body.writeWithUnsafeMutableBytes(minimumWritableBytes: hub_lz4_bound(chunk.count)) { room in
            let room = room.bindMemory(to: UInt8.self)
            if scheme == .lz4 {
                return hub_lz4_pack(
                    chunk.bindMemory(to: UInt8.self).baseAddress,
                    chunk.count,
                    room.baseAddress,
                    room.count
                )
            }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: chunk.count) { grouped in
                hub_bg4_split(chunk.bindMemory(to: UInt8.self).baseAddress, chunk.count, grouped.baseAddress)
                return hub_lz4_pack(grouped.baseAddress, chunk.count, room.baseAddress, room.count)
            }
        }
        guard packed > 0, packed < chunk.count else { return body.moveWriterIndex(to: start) }
        body.setBytes(
            ChunkRecord.header(scheme: scheme, packedLength: packed, unpackedLength: chunk.count),
            at: start
        )
    }
}
