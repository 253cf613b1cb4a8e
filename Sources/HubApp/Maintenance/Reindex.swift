// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

extension Hub {
    /// Derives everything anew that follows from files and rows: cards, tags, search, counts.
    /// - Parameter progress: told of repos done, and of how many there are.
    /// - Returns: how many repos were read, and the names of those that could not be.
    public func reindex(
        by viewer: Viewer = .machineOperator,
        progress: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> (repos: Int64, failed: [String]) {
        let now = clock.now
        let total = try await store.write { tx in
            try tx.rebuildSearch()
            return try tx.read.repoCount()
        }
        var (last, done): (Int64, Int64) = (0, 0)
        var failed: [String] = []
        while true {
            let after = last
            let page = try await store.read { try $0.repoIDs(after: after, limit: 200) }
            guard let end = page.last else { break }
            for repo in page {
                try Task.checkCancellation()
                do { try await reindex(repo: repo) } catch let error as HubError where Self.isOfOneRepo(error) {
                    let name = try await store.read { try $0.repo(id: repo)?.fullName }
                    failed.append("\(name ?? "?"): \(error.message)")
                }
                done += 1
                progress(done, max(total, done))
            }
            last = end
        }
        let (repos, failures) = (done, Int64(failed.count))
        try await store.write(durable: true) { tx in
            try tx.rebuildCounts()
            try tx.refreshCounters(at: now)
            try tx.audit(.reindexRun, "hub", by: viewer, ["repos": .int(repos), "failed": .int(failures)], at: now)
        }
        return (done, failed)
    }

    private func reindex(repo id: Int64) async throws {
        let isEmpty = try await store.read { tx in try tx.repo(id: id).map { try tx.head(of: $0) == nil } ?? false }
        guard isEmpty else { return try await MetadataIndexer(hub: self).index(repo: id) }
        try await store.write { tx in
            guard let repo = try tx.read.repo(id: id) else { return }
            try tx.indexForSearch(repo: repo, tags: [], card: "")
        }
    }

    /// Damage in one repo does not keep the others from being read.
    private static func isOfOneRepo(_ error: HubError) -> Bool { [.corrupt, .notFound].contains(error.code) }
}
