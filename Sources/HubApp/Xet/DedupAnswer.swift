// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
public import HubCore
import HubStore
import HubTransfer
public import NIOCore

extension XetService {
    /// What a client needs to know of stored chunks around one it has: a shard whose chunk hashes are masked.
    /// - Throws: ``HubError/Code/notFound`` for a chunk that is not stored, or not in the bearer's domain, or not the
    ///   bearer's to know of: no difference shows.
    public func chunksAround(_ chunk: XetHash, access: CASAccess) async throws -> ByteBuffer {
        let unknown = HubError(.notFound, "This chunk is not stored")
        guard access.scope == .write, access.seesDomain else { throw unknown }
        let domain = access.domain
        let found = try await hub.store.read {
            try $0.xorbs(holding: chunk, in: domain, limit: XetLimits.xorbsPerAnswer)
        }
        guard !found.isEmpty else { throw unknown }
        var xorbs: [ShardXorb] = []
        var chunks = 0
        for record in found where xorbs.isEmpty || chunks + record.chunkCount <= XetLimits.chunksPerAnswer {
            let layout = try await hub.xorbs.known(record.id).layout
            xorbs.append(ShardXorb(layout))
            chunks += record.chunkCount
        }
        let now = hub.clock.now
        let ids = found.map(\.id)
        // A client may build on these as long as it may use the answer.
        try await hub.store.write { try $0.touchXorbs(ids, at: now) }
        let seconds = UInt64(clamping: now.seconds)
        return ShardWriter.deduplication(
            xorbs,
            key: dedupKey(domain, at: now),
            created: seconds,
            expiry: seconds + XetLimits.answerSeconds
        )
    }

    /// Masks chunk hashes: another for each domain and day, so that answers cannot be compared.
    private func dedupKey(_ domain: XetDomain, at now: Timestamp) -> XetHash {
        let text = hub.signer.sign(["xet-dedup", String(domain.id), String(now.seconds / 86_400)])
        return XetHash(bytes: Hex.decode(text) ?? []) ?? .zero
    }
}
