// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubStore
import HubTransfer
import NIOCore
import NIOPosix

/// Cuts a file that lies whole into chunks, so that uploads and downloads through Xet find them.
///
/// The bytes stay where they are: its xorbs are runs of the file itself, and cost a few dozen bytes for each chunk.
struct FileChunker {
    let hub: Hub
    let domain: XetDomain
    let blob: BlobID

    private static let readBytes = 1 << 20
    /// Of a xorb, unpacked: what clients fill theirs to.
    private static let xorbBytes = 64 << 20
    private static let xorbChunks = 8192

    func run() async throws {
        let reader: any BlobReader
        do { reader = try await hub.wholeBlobs.open(blob) } catch let error as HubError where error.code == .notFound {
            return try await adopt()
        }
        var work = Work()
        var offset: Int64 = 0
        while offset < reader.size {
            try Task.checkCancellation()
            let bytes = try await reader.read(at: offset, upTo: Self.readBytes)
            guard bytes.readableBytes > 0 else { throw HubError(.corrupt, "The blob \(blob) ended before its size") }
            offset += Int64(bytes.readableBytes)
            let (before, isLast) = (work, offset == reader.size)
            work = try await NIOThreadPool.singleton.runIfActive {
                var work = before
                work.feed(bytes, isLast: isLast)
                return work
            }
        }
        // Chunks of bytes that are not the file's would be told to clients as its own.
        guard BlobID(bytes: Array(work.digest.finalize())) == blob else { return try await refuse() }
        try await record(work, size: reader.size)
    }

    /// The stored bytes have changed: they are put on record as damaged, and a push that heals them queues the file again.
    private func refuse() async throws {
        try await hub.noteDamage(blob, "the bytes have another digest")
        let (domain, blob) = (domain, blob)
        try await hub.store.write { try $0.removeFromChunkQueue(blob, in: domain) }
    }

    /// A xorb in the making, and those that are done.
    private struct Work: Sendable {
        var digest = SHA256()
        var chunker = GearChunker()
        var root = MerkleRoot()
        var open: ByteBuffer = ByteBuffer()
        var xorb = RawXorb(offset: 0)
        var done: [RawXorb] = []

        mutating func feed(_ bytes: ByteBuffer, isLast: Bool) {
            bytes.withUnsafeReadableBytes { digest.update(bufferPointer: $0) }
            var rest = bytes
            while rest.readableBytes > 0 {
                guard let cut = rest.withUnsafeReadableBytes({ chunker.scan($0) }) else {
                    open.writeBuffer(&rest)
                    break
                }
                if var part = rest.readSlice(length: cut) { open.writeBuffer(&part) }
                close()
            }
            if isLast, open.readableBytes > 0 { close() }
            if isLast, !xorb.hashes.isEmpty { done.append(xorb) }
        }

        private mutating func close() {
            open.withUnsafeReadableBytes { bytes in
                let hash = XetHashing.chunkHash(bytes)
                root.append(hash, length: UInt64(bytes.count))
                if xorb.hashes.count == FileChunker.xorbChunks || xorb.length + bytes.count > FileChunker.xorbBytes {
                    done.append(xorb)
                    xorb = RawXorb(offset: xorb.offset + Int64(xorb.length))
                }
                xorb.append(hash, bytes)
            }
            open.clear()
        }
    }

    /// Chunks that lie in the file one after the other.
    private struct RawXorb: Sendable {
        let offset: Int64
        var hashes: [XetHash] = []
        var ends: [UInt32] = []
        var checks: [UInt32] = []
        var length = 0

        init(offset: Int64) { self.offset = offset }

        mutating func append(_ hash: XetHash, _ bytes: UnsafeRawBufferPointer) {
            length += bytes.count
            hashes.append(hash)
            ends.append(UInt32(clamping: length))
            let header = ChunkRecord.storedHeader(length: bytes.count)
            checks.append(CRC32C.of(bytes, after: header.withUnsafeBytes { CRC32C.of($0) }))
        }

        var layout: XorbLayout { XorbLayout(storing: hashes, unpackedEnds: ends) }
    }

    private func record(_ work: Work, size: Int64) async throws {
        let hash = work.root.fileHash()
        let (now, domain, blob) = (hub.clock.now, domain, blob)
        let xorbs = work.done.map { raw in
            let layout = raw.layout
            return (
                row: NewXorb(
                    domain: domain,
                    hash: layout.hash,
                    body: blob,
                    rawOffset: raw.offset,
                    chunkCount: layout.chunkCount,
                    packedSize: Int64(layout.packedLength),
                    unpackedSize: Int64(layout.unpackedLength),
                    checks: CRC32C.encode(raw.checks),
                    layout: layout.encodedFooter()
                ),
                findable: raw.hashes.filter(\.isGloballyEligible)
            )
        }
        let first = work.done.first?.hashes.first
        try await hub.store.write { tx in
            // Collected, or pushed through Xet, meanwhile?
            guard try tx.read.blobSize(blob) == size, let arrived = try tx.read.arrivalInRepos(blob) else {
                return try tx.removeFromChunkQueue(blob, in: domain)
            }
            var terms: [XetTermRecord] = []
            var start: Int64 = 0
            for xorb in xorbs {
                // Cutting a file is no use of it: it is collected when it would have been.
                let (id, _) = try tx.storeXorb(xorb.row, findableBy: xorb.findable, at: arrived)
                terms.append(
                    XetTermRecord(start: start, size: xorb.row.unpackedSize, xorb: id, chunks: 0..<xorb.row.chunkCount)
                )
                start += xorb.row.unpackedSize
            }
            try tx.storeXetFile(hash, in: domain, blob: blob, size: size, terms: terms, at: now)
            if let first, let xorb = terms.first?.xorb { try tx.makeFindable([first], xorb: xorb, in: domain) }
            try tx.removeFromChunkQueue(blob, in: domain)
        }
    }

    /// A file that came in chunks to another domain: what it is made of goes with it, where that is nothing but the file.
    private func adopt() async throws {
        let (now, domain, blob) = (hub.clock.now, domain, blob)
        try await hub.store.write { tx in
            try tx.adoptXetFile(of: blob, in: domain, at: now)
            try tx.removeFromChunkQueue(blob, in: domain)
        }
    }
}
