// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Where the history of a shallow clone is to end.
struct ShallowPlan: Sendable {
    /// Commits that the client is to take for first ones from now on.
    private(set) var shallow: [GitOID] = []
    /// Commits that are that no longer.
    private(set) var unshallow: [GitOID] = []
    /// Parents of those, which the client gets now.
    private(set) var uncovered: [GitOID] = []
    /// Where walks stop.
    private(set) var ends: Set<GitOID>

    /// - Parameter wants: commits.
    /// - Throws: ``HubError/Code/badRequest`` if nothing is left of the history, or a ref to be left out is not there.
    init(_ request: FetchRequest, wants: [GitOID], repo: Int64, _ graph: inout CommitGraph, _ tx: ReadTransaction)
        throws
    {
        let former = Set(try request.shallow.filter { try tx.repoHasCommit(repo: repo, $0) })
        ends = former
        guard request.depth.isAsked else { return }
        let (inside, boundary) = try Self.history(request.depth, wants: wants, former: former, repo: repo, &graph, tx)
        shallow = boundary.filter { !former.contains($0) }.sorted()
        unshallow = former.filter { inside.contains($0) && !boundary.contains($0) }.sorted()
        ends = former.union(boundary)
        for oid in unshallow { uncovered += try graph.links(oid, tx).parents }
    }

    /// The commits that belong to the history, and those of them where it ends.
    private static func history(
        _ depth: FetchRequest.Depth,
        wants: [GitOID],
        former: Set<GitOID>,
        repo: Int64,
        _ graph: inout CommitGraph,
        _ tx: ReadTransaction
    ) throws -> (inside: Set<GitOID>, boundary: Set<GitOID>) {
        if let commits = depth.commits {
            guard depth.isRelative else { return try levels(commits, from: wants, &graph, tx) }
            let reached = try levels(.max, from: wants, &graph, tx).inside.intersection(former)
            let (more, _) = commits.addingReportingOverflow(1)
            return try levels(more, from: Array(reached), &graph, tx)
        }
        var excluded: Set<GitOID> = []
        for name in depth.without {
            var found: GitOID?
            for prefix in ["", RefName.headsPrefix, RefName.tagsPrefix] where found == nil {
                found = try tx.ref(repo: repo, name: prefix + name)?.target
            }
            guard let target = found else {
                throw HubError(.badRequest, "git upload-pack: deepen-not is not a ref: \(name.prefix(100))")
            }
            excluded.formUnion(try levels(.max, from: [target], &graph, tx).inside)
        }
        func isInside(_ oid: GitOID) throws -> Bool {
            guard !excluded.contains(oid) else { return false }
            guard let since = depth.since else { return true }
            return try graph.links(oid, tx).committedAt >= since
        }
        var inside: Set<GitOID> = []
        var boundary: Set<GitOID> = []
        var pending = try wants.filter(isInside)
        while let oid = pending.popLast() {
            guard inside.insert(oid).inserted else { continue }
            for parent in try graph.links(oid, tx).parents {
                if try isInside(parent) { pending.append(parent) } else { boundary.insert(oid) }
            }
        }
        guard !inside.isEmpty else {
            throw HubError(.badRequest, "no commits selected for shallow requests")
        }
        return (inside, boundary)
    }

    /// The commits at most `depth` steps away, the starts being the first step.
    private static func levels(
        _ depth: Int,
        from starts: [GitOID],
        _ graph: inout CommitGraph,
        _ tx: ReadTransaction
    ) throws -> (inside: Set<GitOID>, boundary: Set<GitOID>) {
        var inside = Set(starts)
        var level = Array(inside)
        var steps = 1
        while steps < depth, !level.isEmpty {
            var next: [GitOID] = []
            for oid in level {
                for parent in try graph.links(oid, tx).parents where inside.insert(parent).inserted {
                    next.append(parent)
                }
            }
            level = next
            steps += 1
        }
        // A first commit ends by itself.
        return (inside, Set(try level.filter { try !graph.links($0, tx).parents.isEmpty }))
    }
}
