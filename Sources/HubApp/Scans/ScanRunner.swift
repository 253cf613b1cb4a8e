// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
public import ServiceLifecycle

/// Scans what commits bring, one file after the other, beside the requests. What a restart interrupts is still queued.
public struct ScanRunner: Service {
    private let hub: Hub
    private let report: @Sendable (any Error) -> Void

    /// - Parameter report: told of a round that failed; the next commit or restart begins another.
    public init(hub: Hub, report: @escaping @Sendable (any Error) -> Void) {
        self.hub = hub
        self.report = report
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.hub.scanSignal.stream {
                do { try await self.hub.scans.runQueued() } catch is CancellationError { return } catch {
                    self.report(error)
                }
            }
        }
    }
}
