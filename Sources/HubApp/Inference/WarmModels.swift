// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Synchronization

/// Which repos' models are in the worker's memory: what clients call warm.
final class WarmModels: Sendable {
    private struct State {
        /// The repos that were asked, by the key of their networks: copies of a repo share one.
        var repos: [String: Set<RepoID>] = [:]
        var loaded: @Sendable () -> Set<String> = { [] }
        var isOn = false
    }

    private let state = Mutex(State())

    /// Whether models answer at all on this hub.
    var isOn: Bool { state.withLock { $0.isOn } }

    func connect(_ loaded: @escaping @Sendable () -> Set<String>) {
        state.withLock { state in
            state.loaded = loaded
            state.isOn = true
        }
    }

    func note(_ key: String, _ repo: RepoID) {
        let loaded = state.withLock { $0.loaded }
        let keys = loaded()
        state.withLock { state in
            state.repos[key, default: []].insert(repo)
            guard state.repos.count > 2 * keys.count + 100 else { return }
            state.repos = state.repos.filter { keys.contains($0.key) || $0.key == key }
        }
    }

    /// The repos whose networks are loaded.
    var repos: Set<RepoID> {
        let (loaded, repos) = state.withLock { ($0.loaded, $0.repos) }
        return Set(loaded().flatMap { repos[$0] ?? [] })
    }
}
