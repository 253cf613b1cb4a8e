// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import Synchronization

/// Garbage collections that administrators start over the network: one at a time, while they look on or go away.
public final class CollectionDesk: Sendable {
    private struct State {
        /// When the one that runs was started.
        var startedAt: Timestamp?
        var isDryRun = false
        /// How far it is, in words.
        var stage = ""
        /// What became of the last one: of dry runs nothing else tells.
        var outcome: JSONValue?
    }

    private let state = Mutex(State())

    init() {}

    /// Starts one, and waits a moment for its end: small hubs are through by then.
    /// - Throws: ``HubError/Code/conflict`` while one runs, ``HubError/Code/badRequest``, besides who may not.
    public func start(dryRun: Bool, graceSeconds: Int64, hub: Hub, by viewer: Viewer) async throws -> JSONValue {
        try viewer.requireOperator()
        guard (0...3_153_600_000).contains(graceSeconds) else {
            throw HubError(.badRequest, "The grace time is a number of seconds, 0 or more")
        }
        let now = hub.clock.now
        let isFree = state.withLock { state in
            guard state.startedAt == nil else { return false }
            state.startedAt = now
            state.isDryRun = dryRun
            state.stage = "beginning"
            state.outcome = nil
            return true
        }
        guard isFree else { throw HubError(.conflict, "A garbage collection runs already") }
        // Goes on when the browser is gone. A shutdown in between is as safe as any other (ADR 0009).
        let task = Task { [self] in
            let outcome: JSONValue
            do {
                let report = try await hub.collector.collect(graceSeconds: graceSeconds, dryRun: dryRun, by: viewer) {
                    self.note($0)
                }
                outcome = report.json
            } catch {
                // A cause may name paths of the machine: what clients hear of errors will do here too.
                let message = (error as? HubError).map { $0.code == .internal ? "It failed" : $0.message }
                outcome = ["error": .string(message ?? "It failed; the log says why"), "dryRun": .bool(dryRun)]
            }
            state.withLock { state in
                state.startedAt = nil
                state.outcome = outcome
            }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await task.value }
            // Cancelled when the other is first.
            group.addTask { try? await Task.sleep(for: .seconds(2)) }
            await group.next()
            group.cancelAll()
        }
        return status
    }

    private func note(_ stage: CollectionStage) {
        let text =
            switch stage {
            case .marking(let repos): "\(repos) repositories looked through"
            case .objects(let count): "\(count) commits and trees looked at"
            case .blobs(let count): "\(count) blobs looked at"
            }
        state.withLock { $0.stage = text }
    }

    var status: JSONValue {
        let state = state.withLock { $0 }
        return [
            "isRunning": .bool(state.startedAt != nil), "isDryRun": .bool(state.isDryRun),
            "startedAt": state.startedAt.map { .string($0.iso8601) } ?? .null,
            "stage": state.startedAt == nil ? .null : .string(state.stage), "outcome": state.outcome ?? .null,
        ]
    }

    /// What runs, what the last one from here found, and the last that removed something.
    public func status(hub: Hub, by viewer: Viewer) async throws -> JSONValue {
        try viewer.requireOperator()
        let runs = try await hub.store.read {
            try $0.audit(before: .max, matching: AuditFilter(action: AuditAction.gcRun.name), limit: 20)
        }
        var json = status.objectValue ?? [:]
        json["runs"] = .array(runs.map(\.json))
        return .object(json)
    }
}
