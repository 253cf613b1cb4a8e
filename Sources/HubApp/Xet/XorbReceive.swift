// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer
public import NIOCore
import NIOPosix

extension XetService {
    /// Takes in a xorb: each chunk is unpacked and hashed on the way, and nothing is stored unless all of it is what its
    /// name says.
    /// - Parameter checksum: CRC-64/NVME of the bytes, if the client has told it.
    /// - Returns: whether it is new to who sent it.
    /// - Throws: ``HubError/Code/badRequest`` that says what is wrong with which chunk.
    public func receiveXorb<Body: AsyncSequence & Sendable>(
        _ hash: XetHash,
        checksum: UInt64? = nil,
        body: Body,
        access: CASAccess
    ) async throws -> Bool where Body.Element == ByteBuffer {
        try access.requireWrite()
        if access.seesDomain, try await isStored(hash, in: access.domain) {
            // A client that is answered before it has sent all may take that for a broken connection.
            for try await _ in body {}
            return false
        }
        let (quota, owner) = (hub.limits.storageQuota, access.repo.ownerID)
        try await hub.store.read { try $0.requireRoom(for: [1], ownedBy: owner, standard: quota) }
        let lease = try await hub.blobLease()
        let ingest = try await hub.wholeBlobs.ingest(expectedID: nil, expectedSize: nil)
        let arrived: XorbArrival
        let blob: (id: BlobID, size: Int64)
        do {
            (arrived, blob) = try await hub.ingest.measure {
                let arrived = try await take(body, into: ingest, checksum: checksum)
                guard arrived.layout.hash == hash else {
                    throw HubError(.badRequest, "These chunks make the xorb \(arrived.layout.hash), not \(hash)")
                }
                return (arrived, try await ingest.finish())
            }
        } catch {
            await ingest.cancel()
            throw error
        }
        let isNew = try await record(arrived, body: blob, domain: access.domain, lease: lease)
        return isNew || !access.seesDomain
    }

    /// Whether the domain has the xorb, whole; then its grace begins anew.
    func isStored(_ hash: XetHash, in domain: XetDomain) async throws -> Bool {
        guard let xorb = try await hub.store.read({ try $0.xorb(hash, in: domain) }) else { return false }
        let now = hub.clock.now
        return try await hub.store.write { tx in
            // Collected since?
            guard try tx.read.xorb(hash, in: domain) != nil else { return false }
            try tx.touchXorbs([xorb.id], at: now)
            return true
        }
    }

    private func take<Body: AsyncSequence & Sendable>(
        _ body: Body,
        into ingest: any BlobIngest,
        checksum: UInt64?
    ) async throws -> XorbArrival where Body.Element == ByteBuffer {
        var intake = XorbIntake()
        var total = 0
        var batch = ByteBuffer()
        func flush() async throws {
            let (bytes, before) = (batch, intake)
            guard bytes.readableBytes > 0 else { return }
            intake = try await NIOThreadPool.singleton.runIfActive {
                var intake = before
                try intake.feed(bytes)
                return intake
            }
            batch = ByteBuffer()
            // A footer, which older clients send, is stored too; nobody reads it.
            try await ingest.write(bytes)
        }
        for try await part in body {
            total += part.readableBytes
            guard total <= XetLimits.xorbBytes + XetLimits.footerBytes else {
                throw HubError(.badRequest, "A xorb has at most \(XetLimits.xorbBytes) bytes")
            }
            hub.ingest.add(part.readableBytes)
            batch.writeImmutableBuffer(part)
            if batch.readableBytes >= Self.batchBytes { try await flush() }
        }
        try await flush()
        return try intake.finish(checksum: checksum)
    }

    /// What is unpacked and hashed at once; a hop to another thread is small against it.
    private static let batchBytes = 512 << 10

    private func record(
        _ arrived: XorbArrival,
        body: (id: BlobID, size: Int64),
        domain: XetDomain,
        lease: BlobLease
    ) async throws -> Bool {
        let layout = arrived.layout
        let xorb = NewXorb(
            domain: domain,
            hash: layout.hash,
            body: body.id,
            rawOffset: nil,
            chunkCount: layout.chunkCount,
            packedSize: Int64(layout.packedLength),
            unpackedSize: Int64(layout.unpackedLength),
            checks: CRC32C.encode(arrived.checks),
            layout: layout.encodedFooter()
        )
        let now = hub.clock.now
        let findable = layout.chunkHashes.filter(\.isGloballyEligible)
        let (id, isNew) = try await hub.recording([body.id: body.size], under: lease, durable: false) { tx in
            if let known = try tx.read.xorb(layout.hash, in: domain) {
                try tx.touchXorbs([known.id], at: now)
                return (known.id, false)
            }
            try tx.recordStoredBytes(body.id, size: body.size, at: now)
            return try tx.storeXorb(xorb, findableBy: findable, at: now)
        }
        hub.xorbs.cache.forget(id)
        return isNew
    }
}

extension XetLimits {
    /// Bytes of the footer that older clients put behind the chunks.
    static let footerBytes = 8192 * 40 + 1024
}
