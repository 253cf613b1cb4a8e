// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
public import ServiceLifecycle

/// Collects garbage every so often while the server runs; counts the time from the last run, whoever did it.
public struct GarbageCollectionService: Service {
    /// What became of a round.
    public typealias Outcome = Result<CollectionReport, any Error>

    private static let setting = "gc-last-run"
    private static let lookSeconds: Int64 = 60

    private let hub: Hub
    private let intervalSeconds: Int64
    private let graceSeconds: Int64
    private let report: @Sendable (Outcome) -> Void

    /// - Parameters:
    ///   - intervalSeconds: between two rounds; 0 means never.
    ///   - report: told of every round.
    public init(
        hub: Hub,
        intervalSeconds: Int64,
        graceSeconds: Int64,
        report: @escaping @Sendable (Outcome) -> Void
    ) {
        self.hub = hub
        self.intervalSeconds = intervalSeconds
        self.graceSeconds = graceSeconds
        self.report = report
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            // What a collection that was killed has left would hold up pushes of the same bytes.
            do { try await hub.collector.clearInterrupted() } catch { report(.failure(error)) }
            while !Task.isCancelled {
                if intervalSeconds > 0 {
                    do {
                        if let outcome = try await collectIfDue() { report(.success(outcome)) }
                    } catch {
                        // Shut down meanwhile: the next run starts anew, nothing is lost.
                        if !Task.isCancelled { report(.failure(error)) }
                    }
                }
                // Cancelled at shutdown, which ends the loop.
                try? await Task.sleep(
                    for: .seconds(intervalSeconds > 0 ? min(intervalSeconds, Self.lookSeconds) : 3600)
                )
            }
        }
    }

    /// `nil` when it is not time yet.
    func collectIfDue() async throws -> CollectionReport? {
        let now = hub.clock.now
        let last = try await hub.store.read { try $0.setting(Self.setting) }
            .flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
        // A new hub has nothing to collect; a clock that was set back must not stop collection for good.
        let isDue = last.map { now.seconds >= $0 + intervalSeconds || now.seconds < $0 } ?? false
        guard isDue || last == nil else { return nil }
        var report: CollectionReport?
        var failure: (any Error)?
        if isDue {
            do {
                report = try await hub.collector.collect(graceSeconds: graceSeconds, dryRun: false)
            } catch let error as HubError where error.code == .conflict {
                // hubctl collects, verifies or backs up: soon it will not.
                return nil
            } catch {
                failure = error
            }
        }
        try await hub.store.write { try $0.set(Array(String(now.seconds).utf8), forSetting: Self.setting) }
        if let failure { throw failure }
        return report
    }
}
