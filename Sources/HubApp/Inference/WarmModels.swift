// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Synchronization

/// Which repos' models are in the worker's memory: what clients call warm.
final class WarmModels: Sendable {
    private struct State {
        /// The repos that were asked, by the key of their networks: copies of a repo share one.
        var repos: [String: Set<RepoID>] = [:]
        /// The keys in memory; `nil` until there is a worker to ask.
        var loaded: (@Sendable () -> Set<String>)?
    }

    private let state = Mutex(State())

    func connect(_ loaded: @escaping @Sendable () -> Set<String>) {
        state.withLock { $0.loaded = loaded }
    }

    func note(_ key: String, _ repo: RepoID) {
        let loaded = state.withLock { $0.loaded }
        let keys = loaded?() ?? []
        state.withLock { state in
            state.repos[key, default: []].insert(repo)
            guard state.repos.count > 2 * keys.count + 100 else { return }
            state.repos = state.repos.filter { keys.contains($0.key) || $0.key == key }
        }
    }

    /// Of each key, the repos that were asked for it.
    func repos(_ keys: Set<String>) -> [(key: String, repos: [String])] {
        let repos = state.withLock { $0.repos }
        return keys.sorted().map { ($0, (repos[$0] ?? []).map(\.description).sorted()) }
    }

    /// The repos whose networks are loaded, in lower case; `nil` when no model answers on this hub.
    var names: Set<String>? {
        let state = state.withLock { $0 }
        guard let loaded = state.loaded else { return nil }
        return Set(loaded().flatMap { state.repos[$0] ?? [] }.map { $0.description.lowercased() })
    }
}
