// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import Synchronization

/// What a list of repos can be narrowed by, with how many public repos have it.
public struct Facets: Sendable {
    public struct Choice: Sendable {
        /// As the query names it.
        public let value: String
        public let label: String
        public let count: Int64
    }

    /// Public repos of the kind.
    public let total: Int64
    /// Most used first, by type of tag: `pipeline_tag`, `library`, `language`, `license`, `dataset` …
    public let choices: [String: [Choice]]
}

/// Facets by kind. Counting takes a second in a hub of a hundred thousand models: what is known is shown, and counted
/// anew beside it.
final class FacetCache: Sendable {
    private struct Entry {
        var facets: Facets
        var change: UInt64
        var made: ContinuousClock.Instant
        var isRefreshing = false
    }

    private let entries = Mutex<[RepoKind: Entry]>([:])
    private static let lifetime = Duration.seconds(20)

    /// What is known, and whether the caller should count again.
    func facets(_ kind: RepoKind, change: UInt64) -> (facets: Facets?, refresh: Bool) {
        entries.withLock { entries in
            guard var entry = entries[kind] else { return (nil, true) }
            // Few repos are counted at once, and people look for what they have just pushed.
            let isFresh = entry.change == change && entry.made.duration(to: .now) < Self.lifetime
            if isFresh { return (entry.facets, false) }
            if entry.facets.total < 2000 { return (nil, true) }
            guard !entry.isRefreshing, entry.made.duration(to: .now) > Self.lifetime else {
                return (entry.facets, false)
            }
            entry.isRefreshing = true
            entries[kind] = entry
            return (entry.facets, true)
        }
    }

    func keep(_ facets: Facets, for kind: RepoKind, change: UInt64) {
        entries.withLock { $0[kind] = Entry(facets: facets, change: change, made: .now) }
    }

    func refreshFailed(_ kind: RepoKind) {
        entries.withLock { $0[kind]?.isRefreshing = false }
    }
}

extension ListingService {
    /// Most of a type that are given.
    private static let choicesPerType = 400

    /// What lists of a kind can be narrowed by.
    public func facets(_ kind: RepoKind) async throws -> Facets {
        let change = hub.store.changeCounter
        let (known, refresh) = hub.facetCache.facets(kind, change: change)
        guard let known else { return try await countFacets(kind, change: change) }
        if refresh {
            Task {
                do { _ = try await countFacets(kind, change: change) } catch { hub.facetCache.refreshFailed(kind) }
            }
        }
        return known
    }

    private func countFacets(_ kind: RepoKind, change: UInt64) async throws -> Facets {
        let facets = try await hub.store.read { tx in
            var choices: [String: [Facets.Choice]] = [:]
            for (tag, count) in try tx.tagsInUse(kind) where choices[tag.type, default: []].count < Self.choicesPerType
            {
                choices[tag.type, default: []].append(
                    Facets.Choice(value: tag.value, label: tag.label, count: count)
                )
            }
            if kind == .model {
                choices["pipeline_tag"] = try tx.taskCounts(visibleTo: Viewer.anonymous.visibilityScope)
                    .map {
                        Facets.Choice(value: $0.key, label: TaskCatalog.task($0.key)?.label ?? $0.key, count: $0.value)
                    }
                    .sorted { ($1.count, $0.label) < ($0.count, $1.label) }
            }
            return Facets(total: try tx.publicRepoCount(kind), choices: choices)
        }
        hub.facetCache.keep(facets, for: kind, change: change)
        return facets
    }
}
