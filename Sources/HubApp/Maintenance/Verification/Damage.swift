// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

extension HubError {
    /// What those hear who ask for a file whose bytes are damaged.
    static func damaged(_ path: String) -> HubError {
        HubError(
            .corrupt,
            "The stored bytes of '\(path)' are damaged and are not served. Pushing the same file again repairs it."
        )
    }
}

extension Hub {
    /// Takes a blob out of use until the same content is stored again.
    func noteDamage(_ id: BlobID, _ reason: String) async throws { try await damage.note(id, reason) }

    /// Reads and compares everything; see ``Verifier``.
    /// - Parameters:
    ///   - looksOnly: leave damaged blobs in use.
    ///   - progress: told of bytes read, and of how many there are.
    public func verify(
        looksOnly: Bool,
        by viewer: Viewer = .machineOperator,
        progress: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> VerificationReport {
        let report = try await Verifier(hub: self, looksOnly: looksOnly, progress: progress).run()
        if !looksOnly {
            let now = clock.now
            try await store.write(durable: true) { try $0.audit(.verifyRun, "hub", by: viewer, report.counts, at: now) }
        }
        return report
    }
}
