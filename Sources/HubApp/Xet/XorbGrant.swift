// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
public import NIOCore

/// Leave to send one xorb to an address that opens by itself.
public struct XorbGrant: Sendable, Hashable {
    let hash: XetHash
    let domain: XetDomain
    /// The repo's public id.
    let repo: String
    let token: Int64?
    /// In bytes.
    let length: Int64
    /// CRC-64/NVME.
    let checksum: UInt64
    /// Seconds since the epoch.
    let expires: Int64

    private var fields: [String] {
        [
            "xorb", hash.description, String(domain.id), repo, token.map(String.init) ?? "0", String(length),
            String(checksum), String(expires),
        ]
    }

    /// What the grant's address carries, dot-separated.
    func ticket(_ signer: URLSigner) -> String { (fields.dropFirst() + [signer.sign(fields)]).joined(separator: ".") }

    /// - Throws: ``HubError/Code/forbidden`` for a ticket that is not ours, or whose time is over.
    init(ticket: String, signer: URLSigner, now: Timestamp) throws {
        let parts = ticket.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 8, let hash = XetHash(string: parts[0]), let domain = Int64(parts[1]),
            let token = Int64(parts[3]), let length = Int64(parts[4]), let checksum = UInt64(parts[5]),
            let expires = Int64(parts[6])
        else { throw HubError(.forbidden, "This is no upload address of this hub") }
        self.init(
            hash: hash,
            domain: XetDomain(id: domain),
            repo: parts[2],
            token: token == 0 ? nil : token,
            length: length,
            checksum: checksum,
            expires: expires
        )
        guard signer.isValid(parts[7], for: fields) else {
            throw HubError(.forbidden, "This upload address is not one of ours: its signature does not match")
        }
        guard now.seconds < expires else {
            throw HubError(.forbidden, "This upload address has expired: ask for a new one")
        }
    }

    init(
        hash: XetHash,
        domain: XetDomain,
        repo: String,
        token: Int64?,
        length: Int64,
        checksum: UInt64,
        expires: Int64
    ) {
        self.hash = hash
        self.domain = domain
        self.repo = repo
        self.token = token
        self.length = length
        self.checksum = checksum
        self.expires = expires
    }
}

extension XetService {
    /// A grant's id, which is also the last part of its address; or `nil` if the domain has the xorb already.
    /// - Throws: ``HubError/Code/tooLarge`` for more bytes than a xorb may have; ``HubError/Code/quotaExceeded``.
    public func grant(
        _ hash: XetHash,
        length: Int64,
        checksum: UInt64,
        access: CASAccess
    ) async throws -> String? {
        try access.requireWrite()
        guard length > 0, length <= Int64(XetLimits.xorbBytes + XetLimits.footerBytes) else {
            throw HubError(.tooLarge, "A xorb has at most \(XetLimits.xorbBytes) bytes")
        }
        if access.seesDomain, try await isStored(hash, in: access.domain) { return nil }
        let (quota, owner) = (hub.limits.storageQuota, access.repo.ownerID)
        try await hub.store.read { try $0.requireRoom(for: [1], ownedBy: owner, standard: quota) }
        let grant = XorbGrant(
            hash: hash,
            domain: access.domain,
            repo: access.repo.publicID,
            token: access.viewer.token?.id,
            length: length,
            checksum: checksum,
            expires: hub.clock.now.adding(seconds: hub.limits.uploadURLSeconds).seconds
        )
        return grant.ticket(hub.signer)
    }

    /// Takes in a xorb at an address of ours.
    /// - Returns: whether it is new to who sent it.
    public func receive<Body: AsyncSequence & Sendable>(
        ticket: String,
        declaredLength: Int64?,
        body: Body
    ) async throws -> Bool where Body.Element == ByteBuffer {
        let grant = try XorbGrant(ticket: ticket, signer: hub.signer, now: hub.clock.now)
        if let declaredLength, declaredLength != grant.length {
            throw HubError(.badRequest, "The xorb was announced with \(grant.length) bytes, not \(declaredLength)")
        }
        // The rights of now, not those of when the address was given out.
        let token = CASToken(scope: .write, repo: grant.repo, token: grant.token, expires: grant.expires)
        return try await receiveXorb(
            grant.hash,
            checksum: grant.checksum,
            body: body,
            access: try await access(token.text(hub.signer))
        )
    }

    /// Whether a xorb that was granted has arrived.
    /// - Throws: ``HubError/Code/notFound`` if not: the client then asks for another grant.
    public func commitXorb(_ hash: XetHash, access: CASAccess) async throws {
        try access.requireWrite()
        // Who may not see the domain is told nothing of it: if the bytes did not come, the shard will miss them.
        guard access.seesDomain else { return }
        guard try await isStored(hash, in: access.domain) else {
            throw HubError(.notFound, "No bytes have arrived for the xorb \(hash)")
        }
    }
}
