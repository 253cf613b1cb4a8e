// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
public import NIOCore

extension UploadService {
    /// Takes in a whole LFS object at an address of ours.
    /// - Parameter declaredSize: bytes the client says it will send, if it does: a wrong number is refused at once.
    /// - Throws: ``HubError/Code/unprocessable`` unless the bytes have the address's digest and size.
    public func receive<Body: AsyncSequence & Sendable>(
        _ address: LFSAddress,
        signature: String,
        declaredSize: Int64?,
        body: Body
    ) async throws where Body.Element == ByteBuffer {
        let repo = try await open(address, signature, expecting: .upload)
        if let declaredSize, declaredSize != address.size {
            throw HubError(.unprocessable, "The object has \(address.size) bytes, the request \(declaredSize)")
        }
        let lease = try await hub.blobLease()
        let ingest = try await hub.blobs.ingest(expectedID: address.oid, expectedSize: address.size)
        do {
            try await hub.ingest.measure {
                for try await chunk in body {
                    hub.ingest.add(chunk.readableBytes)
                    try await ingest.write(chunk)
                }
                _ = try await ingest.finish()
            }
        } catch {
            await ingest.cancel()
            throw error
        }
        try await record(address, repo, lease)
    }

    /// Takes in one part of an LFS object.
    /// - Returns: the part's ETag, without quotes.
    public func receivePart<Body: AsyncSequence & Sendable>(
        _ address: LFSAddress,
        signature: String,
        body: Body
    ) async throws -> String where Body.Element == ByteBuffer {
        let repo = try await open(address, signature, expecting: .part)
        let (parts, part) = (try await parts(address), address.part)
        let counted = body.map { [meter = hub.ingest] chunk in
            meter.add(chunk.readableBytes)
            return chunk
        }
        try await hub.ingest.measure { try await parts.writePart(part, counted) }
        let now = hub.clock.now
        try await hub.store.write { try $0.recordLFSPart(address.part, of: address.oid, repo: repo.id, at: now) }
        return Self.etag(ofPart: address)
    }

    /// The part's ETag and bytes if it was sent to this repo already, so that an interrupted upload can go on.
    public func storedPart(
        _ address: LFSAddress,
        signature: String
    ) async throws -> (etag: String, length: Int64)? {
        let repo = try await open(address, signature, expecting: .part)
        let isOurs = try await hub.store.read { try $0.lfsParts(repo: repo.id, address.oid).contains(address.part) }
        guard isOurs else { return nil }
        let parts = try await parts(address)
        guard try await parts.hasPart(address.part), let length = parts.length(ofPart: address.part) else { return nil }
        return (Self.etag(ofPart: address), length)
    }

    /// Puts the parts together.
    ///
    /// All of them must have been sent to this repo: knowing the digest of bytes that others are sending, or have
    /// stored, is no right to them.
    /// - Throws: ``HubError/Code/unprocessable`` if one is missing or the whole has another digest.
    public func complete(_ address: LFSAddress, signature: String) async throws {
        let repo = try await open(address, signature, expecting: .complete)
        let (sent, isDone) = try await hub.store.read { tx in
            (try tx.lfsParts(repo: repo.id, address.oid), try tx.repoHasBlob(repo: repo.id, address.oid))
        }
        // The client did not hear our first answer and asks again.
        if isDone, sent.isEmpty { return }
        let parts = try await parts(address)
        for number in 1...max(1, parts.partCount) where !sent.contains(number) {
            throw HubError(.unprocessable, "Part \(number) of the LFS object \(address.oid) has not been uploaded")
        }
        let lease = try await hub.blobLease()
        try await parts.finish()
        try await record(address, repo, lease)
    }

    /// The object behind a download address of ours: checked now, opened when its bytes are wanted.
    ///
    /// So that `HEAD` and 304 say yes only to an address that `GET` would serve.
    public func download(
        _ address: LFSAddress,
        signature: String
    ) async throws -> @Sendable () async throws -> any BlobReader {
        _ = try await open(address, signature, expecting: .download)
        let oid = address.oid
        guard try await !hub.store.read({ try $0.isDamaged(oid) }) else { throw HubError.damaged(oid.hex) }
        let blobs = hub.blobs
        return { try await blobs.open(oid) }
    }

    private func parts(_ address: LFSAddress) async throws -> any PartialBlobIngest {
        try await hub.blobs.partialIngest(
            id: address.oid,
            size: address.size,
            partSize: LFSPlanner.partBytes(address.size, hub.limits)
        )
    }

    private static func etag(ofPart address: LFSAddress) -> String { "\(address.oid.hex)-\(address.part)" }

    private func open(_ address: LFSAddress, _ signature: String, expecting: LFSAddress.Action) async throws
        -> RepoRecord
    {
        guard address.action == expecting else { throw HubError(.badRequest, "This address is for another action") }
        try address.check(signature: signature, signer: hub.signer, now: hub.clock.now)
        let publicID = address.repo
        guard let repo = try await hub.store.read({ try $0.repo(publicID: publicID) }) else {
            throw HubError.repoNotFound
        }
        return repo
    }

    /// Bytes first, rows last: only now may a commit name the object.
    private func record(_ address: LFSAddress, _ repo: RepoRecord, _ lease: BlobLease) async throws {
        let (now, quota) = (hub.clock.now, hub.limits.storageQuota)
        try await hub.recording([address.oid: address.size], under: lease, durable: false) { tx in
            try tx.withinQuota(of: repo.ownerID, standard: quota) {
                try tx.recordBlob(address.oid, size: address.size, repo: repo.id, at: now)
            }
            try tx.removeLFSParts(of: address.oid, repo: repo.id)
        }
    }
}
