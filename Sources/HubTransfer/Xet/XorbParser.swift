// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import NIOCore

/// How large a xorb may be.
public struct XorbLimits: Sendable, Hashable {
    public let chunks: Int
    /// Bytes of all chunks.
    public let unpackedLength: Int

    public init(chunks: Int, unpackedLength: Int) {
        self.chunks = chunks
        self.unpackedLength = unpackedLength
    }

    /// What the protocol allows.
    public static let standard = XorbLimits(chunks: 8192, unpackedLength: 64 << 20)

    /// Bytes of all records, when every chunk is stored as it is.
    public var packedLength: Int { unpackedLength + chunks * ChunkRecord.headerLength }
}

/// Takes a xorb as it comes in, unpacks and hashes every chunk, and forgets it again: memory is constant.
///
/// A footer that the client appended is passed over; the layout is made from what was seen.
public struct XorbParser: Sendable {
    private let limits: XorbLimits
    /// A record that is not all there yet.
    private var pending = ByteBuffer()
    private var room: [UInt8] = []
    private var footerRest: Int?
    private var root = MerkleRoot()
    private var hashes: [XetHash] = []
    private var packedEnds: [UInt32] = []
    private var unpackedEnds: [UInt32] = []
    /// CRC-32C of each record, header included.
    public private(set) var checks: [UInt32] = []
    private var packedLength = 0
    private var unpackedLength = 0

    public init(limits: XorbLimits = .standard) {
        self.limits = limits
    }

    /// Bytes of the records seen so far. Once a footer begins this no longer grows: what a store need keep.
    public var recordLength: Int { packedLength }

    /// - Throws: `HubError(.badRequest)` naming the chunk that is wrong, or `.tooLarge`.
    public mutating func feed(_ bytes: ByteBuffer) throws(HubError) {
        var bytes = bytes
        while bytes.readableBytes > 0 {
            if try passFooter(&bytes) { return }
            if pending.readableBytes == 0 {
                guard try takeRecord(&bytes) else {
                    pending.clear()
                    pending.writeBuffer(&bytes)
                    return
                }
                continue
            }
            // Only what completes the record is copied; the rest is read where it lies.
            let missing = try neededLength() - pending.readableBytes
            guard var piece = bytes.readSlice(length: min(missing, bytes.readableBytes)) else { return }
            pending.writeBuffer(&piece)
            var record = ByteBuffer()
            swap(&record, &pending)
            if try takeRecord(&record) { record.clear() }
            pending = record
        }
    }

    /// - Throws: `HubError(.badRequest)` when a record is cut short or there is none.
    public mutating func finish() throws(HubError) -> XorbLayout {
        guard pending.readableBytes == 0 else { throw wrong("it is cut short") }
        guard !hashes.isEmpty else { throw HubError(.badRequest, "The xorb has no chunks") }
        return XorbLayout(
            hash: root.root(),
            chunkHashes: hashes,
            packedEnds: packedEnds,
            unpackedEnds: unpackedEnds
        )
    }

    private func wrong(_ what: String) -> HubError {
        HubError(.badRequest, "Chunk \(hashes.count) of the xorb is wrong: \(what)")
    }

    /// Bytes of the pending record as far as known: the header's first, then all.
    private func neededLength() throws(HubError) -> Int {
        guard pending.readableBytes >= ChunkRecord.headerLength else { return ChunkRecord.headerLength }
        return ChunkRecord.headerLength + (try header(of: pending)?.packedLength ?? 0)
    }

    /// `nil` where a footer begins.
    private func header(of bytes: ByteBuffer) throws(HubError) -> ChunkRecord? {
        if bytes.readableBytesView.starts(with: XorbLayout.footerTag) { return nil }
        do throws(HubError) {
            return try ChunkRecord(header: bytes)
        } catch {
            throw wrong(error.message)
        }
    }

    /// Whether the footer has begun: then all bytes are passed over.
    private mutating func passFooter(_ bytes: inout ByteBuffer) throws(HubError) -> Bool {
        guard let rest = footerRest else { return false }
        guard bytes.readableBytes <= rest else {
            throw HubError(.badRequest, "The xorb goes on after its footer")
        }
        footerRest = rest - bytes.readableBytes
        bytes.moveReaderIndex(to: bytes.writerIndex)
        return true
    }

    /// Takes one record off the front; `false` when it is not all there.
    private mutating func takeRecord(_ bytes: inout ByteBuffer) throws(HubError) -> Bool {
        guard bytes.readableBytes >= ChunkRecord.headerLength else { return false }
        guard let record = try header(of: bytes) else {
            footerRest = XorbLayout.footerLength(chunkCount: hashes.count)
            _ = try passFooter(&bytes)
            return true
        }
        let length = ChunkRecord.headerLength + record.packedLength
        guard hashes.count < limits.chunks else {
            throw HubError(.tooLarge, "The xorb has more than \(limits.chunks) chunks")
        }
        guard unpackedLength + record.unpackedLength <= limits.unpackedLength,
            packedLength + length <= limits.packedLength
        else {
            throw HubError(.tooLarge, "The xorb has more than \(limits.unpackedLength) bytes")
        }
        guard let whole = bytes.readSlice(length: length) else { return false }
        try add(hash(record, whole), record)
        checks.append(whole.withUnsafeReadableBytes { CRC32C.of($0) })
        return true
    }

    private mutating func hash(_ record: ChunkRecord, _ whole: ByteBuffer) throws(HubError) -> XetHash {
        var result: Result<XetHash, HubError> = .failure(HubError(.internal, "not hashed"))
        whole.withUnsafeReadableBytes { whole in
            let payload = UnsafeRawBufferPointer(rebasing: whole.dropFirst(ChunkRecord.headerLength))
            guard record.scheme != .stored else {
                result = .success(XetHashing.chunkHash(payload))
                return
            }
            if room.isEmpty { room = [UInt8](repeating: 0, count: ChunkRecord.maximumLength) }
            room.withUnsafeMutableBytes { room in
                let room = UnsafeMutableRawBufferPointer(rebasing: room.prefix(record.unpackedLength))
                do throws(HubError) {
                    try record.unpack(payload, into: room)
                    result = .success(XetHashing.chunkHash(UnsafeRawBufferPointer(room)))
                } catch {
                    result = .failure(error)
                }
            }
        }
        do throws(HubError) {
            return try result.get()
        } catch {
            throw error.code == .badRequest ? wrong(error.message) : error
        }
    }

    private mutating func add(_ hash: XetHash, _ record: ChunkRecord) {
        packedLength += ChunkRecord.headerLength + record.packedLength
        unpackedLength += record.unpackedLength
        hashes.append(hash)
        // The limits keep both far below 2³².
        packedEnds.append(UInt32(clamping: packedLength))
        unpackedEnds.append(UInt32(clamping: unpackedLength))
        root.append(hash, length: UInt64(record.unpackedLength))
    }
}
