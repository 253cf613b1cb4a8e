// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What can go from a repo's folder in the cache.
struct PrunePlan: Sendable, Hashable {
    /// Commits that no branch or tag stands for any more.
    let snapshots: [String]
    /// Names of blobs that only those used, and of downloads that never ended.
    let blobs: [String]
    let incomplete: [String]
    /// Bytes.
    let size: Int64

    var isEmpty: Bool { snapshots.isEmpty && blobs.isEmpty && incomplete.isEmpty }

    init(_ repo: CachedRepo) {
        let held = Set(repo.refs.values)
        snapshots = repo.snapshots.keys.filter { !held.contains($0) }.sorted()
        let used = repo.snapshots.filter { held.contains($0.key) }.values.reduce(into: Set<String>()) {
            $0.formUnion($1)
        }
        let unused = repo.blobs.filter { !used.contains($0.name) }
        blobs = unused.map(\.name)
        incomplete = repo.incomplete.map(\.name)
        size = (unused + repo.incomplete).reduce(0) { $0 + ($1.isShared ? 0 : $1.size) }
    }
}
