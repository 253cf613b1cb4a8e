// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
public import ServiceLifecycle

/// Removes what uploads left that nobody goes on with, and indexes what a crash left unindexed.
public struct UploadSweeper: Service {
    /// Seconds an upload in parts may rest before its bytes are dropped.
    public static let graceSeconds: Int64 = 3 * 86_400
    private static let intervalSeconds = 3600

    private let hub: Hub
    private let report: @Sendable (any Error) -> Void

    /// - Parameter report: told of a round that failed; the next one is an hour later.
    public init(hub: Hub, report: @escaping @Sendable (any Error) -> Void) {
        self.hub = hub
        self.report = report
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await self.sweep() } catch { self.report(error) }
                // Cancelled at shutdown, which ends the loop.
                try? await Task.sleep(for: .seconds(Self.intervalSeconds))
            }
        }
    }

    func sweep() async throws {
        try await hub.indexStaleRepos()
        let before = hub.clock.now.adding(seconds: -Self.graceSeconds)
        _ = try await hub.blobs.removeStaleIngests(before: before)
        let now = hub.clock.now
        try await hub.store.write { tx in
            try tx.removeLFSParts(before: before)
            try tx.removeEndedSignOns(at: now)
        }
    }
}
