// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Takes damaged bytes out of use.
struct DamageNotes: Sendable {
    let store: MetadataStore
    /// Blobs that lie whole.
    let files: any BlobStore
    let clock: any HubClock

    /// Takes a blob out of use until the same content is stored again, and with it what is made of its chunks.
    func note(_ id: BlobID, _ reason: String) async throws {
        // First the bytes: a row alone would be cleared by a push that finds the bad bytes and keeps them.
        _ = try await files.setAside(id)
        let now = clock.now
        try await store.write(durable: true) { tx in
            // A second copy is no loss.
            if try tx.read.isMadeOfOtherBlobs(id) { return }
            try tx.noteDamage(id, reason: reason, at: now)
            let made = try tx.read.blobs(madeOf: id)
            for blob in made { try tx.noteDamage(blob, reason: "made of damaged chunks: \(reason)", at: now) }
            // Clients that remember these xorbs would go on to build files on them.
            for domain in try tx.read.xetDomains(of: id) { try tx.advanceXetEpoch(of: domain) }
        }
    }
}
