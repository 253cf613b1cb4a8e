// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// When some bytes were seen to be in the blob store, on garbage collection's own clock.
///
/// Taken before bytes are stored; good for recording them in rows as long as no collection has decided to remove bytes
/// since. The ADR on garbage collection says why that is enough.
public struct BlobLease: Sendable, Hashable {
    let generation: Int64
}

extension Hub {
    func blobLease() async throws -> BlobLease {
        BlobLease(generation: try await store.read { try $0.collectionGeneration() })
    }

    /// Runs a transaction whose rows name blobs, and makes sure that their bytes are there when it commits.
    ///
    /// Where a garbage collection has come between storing and recording, looks whether the bytes are still there and
    /// tries again.
    /// - Parameters:
    ///   - blobs: what was stored under the lease, with sizes in bytes.
    ///   - lease: taken before the first of them was stored.
    /// - Throws: ``HubError/Code/unavailable`` if some were removed meanwhile: they have to be sent again.
    func recording<Value: Sendable>(
        _ blobs: [BlobID: Int64],
        under lease: BlobLease,
        durable: Bool,
        _ body: @Sendable @escaping (WriteTransaction) throws -> Value
    ) async throws -> Value {
        var lease = lease
        for attempt in 1...Self.recordingAttempts {
            let current = lease
            let value = try await store.write(durable: durable) { tx -> Value? in
                guard try tx.read.mayRecord(blobs.keys, seenAt: current.generation) else { return nil }
                let value = try body(tx)
                try tx.forgetDamage(blobs.keys)
                return value
            }
            if let value { return value }
            // A collection that was killed has left its notes; nobody else will clear them while we wait.
            if attempt == Self.recordingAttempts / 2 { try await GarbageCollector(hub: self).clearInterrupted() }
            if attempt > 1 { try await Task.sleep(for: .milliseconds(min(20 * attempt, 250))) }
            lease = try await blobLease()
            for (id, size) in blobs {
                if try await store.read({ try $0.blobSize(id) != nil }) { continue }
                guard try await self.blobs.size(of: id) == size else {
                    throw HubError(.unavailable, "Garbage collection came between; send the same again")
                }
            }
        }
        throw HubError(.unavailable, "Garbage collection is removing these very bytes; send the same again")
    }

    private static var recordingAttempts: Int { 40 }
}
