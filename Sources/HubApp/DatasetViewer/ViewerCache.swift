// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTabular
import Synchronization

/// What was found out about commits, which never change: layouts, opened tables, results of scans.
final class ViewerCache: Sendable {
    private struct Entry {
        let value: any Sendable
        let cost: Int
        var used: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var cost = 0
        var clock: UInt64 = 0
    }

    /// Rough bytes of all that is kept.
    private static let maximumCost = 128 << 20

    private let state = Mutex(State())

    func find<Value: Sendable>(_ key: String, as type: Value.Type = Value.self) -> Value? {
        state.withLock { state in
            state.clock += 1
            state.entries[key]?.used = state.clock
            return state.entries[key]?.value as? Value
        }
    }

    /// - Parameter cost: rough bytes of the value.
    func keep(_ value: some Sendable, as key: String, cost: Int) {
        // One dataset must not drive out all others.
        guard cost <= Self.maximumCost / 2 else { return }
        state.withLock { state in
            state.clock += 1
            state.cost += cost - (state.entries[key]?.cost ?? 0)
            state.entries[key] = Entry(value: value, cost: cost, used: state.clock)
            while state.cost > Self.maximumCost, let oldest = state.entries.min(by: { $0.value.used < $1.value.used }) {
                state.entries[oldest.key] = nil
                state.cost -= oldest.value.cost
            }
        }
    }

    /// How many look at datasets at this moment; each may hold a page of a file in memory.
    private let busy = Mutex(0)
    private static let maximumBusy = 8

    /// Runs `body` unless too many are at it.
    /// - Throws: ``HubError/Code/overloaded``.
    func admitting<Result>(_ body: () async throws -> Result) async throws -> Result {
        try busy.withLock { busy in
            guard busy < Self.maximumBusy else {
                throw HubError(.overloaded, "The dataset viewer is busy; try again in a few seconds")
            }
            busy += 1
        }
        defer { busy.withLock { $0 -= 1 } }
        return try await body()
    }
}
