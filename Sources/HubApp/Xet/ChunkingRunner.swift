// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
public import ServiceLifecycle

/// Cuts files that came whole into chunks, one after the other, beside the requests. What a restart interrupts is still
/// queued.
public struct ChunkingRunner: Service {
    private let hub: Hub
    private let report: @Sendable (any Error) -> Void

    /// - Parameter report: told of what failed; the next commit or restart goes on.
    public init(hub: Hub, report: @escaping @Sendable (any Error) -> Void) {
        self.hub = hub
        self.report = report
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.hub.chunkSignal.stream {
                do { try await self.hub.xet.chunkQueued(report) } catch is CancellationError { return } catch {
                    self.report(error)
                }
            }
        }
    }
}

extension XetService {
    /// Cuts all files that wait for it.
    func chunkQueued(_ report: @Sendable (any Error) -> Void = { _ in }) async throws {
        while let next = try await hub.store.read({ try $0.nextToChunk() }) {
            try Task.checkCancellation()
            do {
                try await FileChunker(hub: hub, domain: next.domain, blob: next.blob).run()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // Damaged or missing bytes: the file is as readable as before, and a push of it tries again.
                report(error)
                try await hub.store.write { try $0.noteChunkingFailure(next.blob, in: next.domain, "\(error)") }
            }
        }
    }
}
