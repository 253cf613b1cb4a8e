// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import NIOPosix

/// Removes what nothing leads to any more: commits, trees, and the bytes of blobs.
///
/// In three steps, each safe to be killed in: repos let go of the commits and blobs they no longer use; git objects that
/// no repo has are removed; blobs that nothing names lose first their rows, then their bytes. The ADR on garbage
/// collection says what keeps pushes safe meanwhile. Memory does not grow with the hub: sets are in a ``MarkStore``.
public struct GarbageCollector: Sendable {
    /// Seconds that what is unused stays, unless told otherwise: time to finish a slow push, or to regret.
    public static let defaultGraceSeconds: Int64 = 3 * 86_400

    /// Rows per transaction: pushes get their turn in between.
    static let batch = 500
    /// How often a repo is marked again because somebody pushed to it, before it is left for the next time.
    static let attempts = 4

    let hub: Hub

    /// - Parameters:
    ///   - graceSeconds: what became unused, or arrived, more recently stays.
    ///   - dryRun: only count; the numbers are what a run at this moment would remove.
    ///   - viewer: on whose behalf, for the audit log.
    /// - Throws: ``HubError/Code/conflict`` if one is running; ``HubError/Code/corrupt`` if history has holes.
    public func collect(
        graceSeconds: Int64,
        dryRun: Bool,
        by viewer: Viewer = .machineOperator,
        progress: @escaping @Sendable (CollectionStage) -> Void = { _ in }
    ) async throws -> CollectionReport {
        let store = hub.store
        let marks = try await NIOThreadPool.singleton.runIfActive { try store.openMarks() }
        do {
            let run = CollectionRun(
                hub: hub,
                marks: marks,
                report: CollectionReport(isDryRun: dryRun, graceSeconds: graceSeconds),
                progress: progress
            )
            let report = try await run.collect()
            if !dryRun {
                let now = hub.clock.now
                try await store.write(durable: true) { tx in
                    try tx.audit(.gcRun, "hub", by: viewer, report.object, at: now)
                }
            }
            try await NIOThreadPool.singleton.runIfActive { try marks.close() }
            return report
        } catch {
            // The first error is the finding; the next run starts with empty marks whatever is left of these.
            try? await NIOThreadPool.singleton.runIfActive { try marks.close() }
            throw error
        }
    }

    /// Clears the notes of a collection that was killed; does nothing while one runs.
    func clearInterrupted() async throws {
        let store = hub.store
        do {
            let marks = try await NIOThreadPool.singleton.runIfActive { try store.openMarks() }
            defer { try? marks.close() }
            try await store.write { try $0.acquit() }
        } catch let error as HubError where error.code == .conflict {
            return
        }
    }
}

extension Hub {
    public var collector: GarbageCollector { GarbageCollector(hub: self) }
}

/// One run.
final class CollectionRun {
    let hub: Hub
    let marks: MarkStore
    let now: Timestamp
    /// What came or fell out of use by then may go.
    let cutoff: Timestamp
    private(set) var report: CollectionReport
    private let progress: @Sendable (CollectionStage) -> Void
    private var stamp: Int64 = 0

    private var isDryRun: Bool { report.isDryRun }

    init(
        hub: Hub,
        marks: MarkStore,
        report: CollectionReport,
        progress: @escaping @Sendable (CollectionStage) -> Void
    ) {
        self.hub = hub
        self.marks = marks
        self.report = report
        self.progress = progress
        now = hub.clock.now
        cutoff = now.adding(seconds: -report.graceSeconds)
    }

    func collect() async throws -> CollectionReport {
        let started = ContinuousClock.now
        if !isDryRun {
            try await hub.store.write { tx in
                // Whoever left these was killed: we have the lock. Their bytes, if still there, are found again below.
                try tx.acquit()
                try tx.beginMarking()
            }
        }
        do {
            try await repos()
            try await gitObjects()
            try await fileObjects()
        } catch {
            // Left on, it costs a row per commit until the next run.
            let hub = hub
            if !isDryRun { await Task { try? await hub.store.write { try $0.endMarking() } }.value }
            throw error
        }
        if !isDryRun { try await hub.store.write { try $0.endMarking() } }
        let chunks = try await ChunkCollection(hub: hub, marks: marks, now: now, cutoff: cutoff, isDryRun: isDryRun)
            .run()
        report.chunkedFiles = chunks.files
        report.xorbs = chunks.xorbs
        try await blobs()
        report.milliseconds = Int64((ContinuousClock.now - started) / .milliseconds(1))
        return report
    }

    // MARK: Repos

    private func repos() async throws {
        var last: Int64 = 0
        var count: Int64 = 0
        while true {
            let after = last
            let page = try await hub.store.read { try $0.repoIDs(after: after, limit: GarbageCollector.batch) }
            guard let end = page.last else { return }
            for repo in page {
                try Task.checkCancellation()
                try await collect(repo: repo)
                count += 1
                progress(.marking(repos: count))
            }
            last = end
        }
    }

    /// Marks what a repo uses, then lets it go of the rest; once more when somebody has moved a ref meanwhile.
    private func collect(repo: Int64) async throws {
        for _ in 1...GarbageCollector.attempts {
            let pass = try await mark(repo)
            if try await removeCommits(pass), try await detachBlobs(pass) { return }
        }
        try await markAll(of: repo)
    }

    /// A repo as it was marked.
    private struct Pass: Sendable {
        let repo: Int64
        let refs: [RefRecord]
        /// Of commits that refs reach, and of all objects.
        let stamp: Int64
        /// Of commits that only the grace time keeps, and those before them.
        var keptStamp: Int64 { stamp + 1 }
    }

    private func mark(_ repo: Int64) async throws -> Pass {
        stamp += 2
        let (marks, stamp, now, cutoff) = (marks, stamp, now, cutoff)
        let refs = try await hub.store.read { tx in
            let refs = try tx.refs(repo: repo)
            try ReachabilityWalk(tx: tx, marks: marks, stamp: stamp).walk(refs.map(\.target))
            return refs
        }
        let pass = Pass(repo: repo, refs: refs, stamp: stamp)
        try await forEachPage(ofCommitsIn: repo) { rows, tx in
            let unreached = Set(try marks.unmarked(.commit, rows.map(\.oid), stamp: stamp))
            let kept = rows.filter { unreached.contains($0.oid) && ($0.unreachedSince ?? now) > cutoff }
            try ReachabilityWalk(tx: tx, marks: marks, stamp: stamp, commitStamp: pass.keptStamp)
                .walk(kept.map(\.oid), exceptThoseOf: stamp)
            return (
                rows.filter { unreached.contains($0.oid) && $0.unreachedSince == nil }.map(\.oid),
                rows.filter { !unreached.contains($0.oid) && $0.unreachedSince != nil }.map(\.oid)
            )
        } write: { (lists: (fresh: [GitOID], reachedAgain: [GitOID]), tx) in
            try tx.noteUnreached(lists.fresh, repo: repo, at: now)
            try tx.forgetUnreached(lists.reachedAgain, repo: repo)
        } isWorthIt: {
            !$0.fresh.isEmpty || !$0.reachedAgain.isEmpty
        }
        return pass
    }

    /// Reads a repo's commits page by page and, unless this is a dry run, writes what `read` found worth it.
    private func forEachPage<Found: Sendable>(
        ofCommitsIn repo: Int64,
        read: @escaping @Sendable ([RepoCommitRow], ReadTransaction) throws -> Found,
        write: @escaping @Sendable (Found, WriteTransaction) throws -> Void,
        isWorthIt: (Found) -> Bool
    ) async throws {
        var last: GitOID?
        while true {
            let after = last
            let (end, found) = try await hub.store.read { tx in
                let rows = try tx.commits(of: repo, after: after, limit: GarbageCollector.batch)
                return (rows.last?.oid, try read(rows, tx))
            }
            guard let end else { return }
            if !isDryRun, isWorthIt(found) { try await hub.store.write { try write(found, $0) } }
            last = end
        }
    }

    /// Whether it could be done: no ref has moved since the repo was marked.
    private func removeCommits(_ pass: Pass) async throws -> Bool {
        let marks = marks
        var last: GitOID?
        while true {
            let after = last
            let (end, dead) = try await hub.store.read { tx in
                let rows = try tx.commits(of: pass.repo, after: after, limit: GarbageCollector.batch)
                let unreached = try marks.unmarked(.commit, rows.map(\.oid), stamp: pass.stamp)
                return (rows.last?.oid, try marks.unmarked(.commit, unreached, stamp: pass.keptStamp))
            }
            guard let end else { return true }
            last = end
            if isDryRun || dead.isEmpty { continue }
            let isDone = try await hub.store.write { tx in
                guard try tx.read.refs(repo: pass.repo) == pass.refs else { return false }
                try tx.removeCommits(dead, from: pass.repo)
                return true
            }
            if !isDone { return false }
        }
    }

    /// Whether it could be done: no ref has moved since the repo was marked.
    private func detachBlobs(_ pass: Pass) async throws -> Bool {
        let (marks, cutoff, stamp) = (marks, cutoff, pass.stamp)
        var detached: Int64 = 0
        var last: BlobID?
        while true {
            let after = last
            let (end, dead) = try await hub.store.read { tx in
                let rows = try tx.blobs(of: pass.repo, after: after, limit: GarbageCollector.batch)
                let unused = Set(try marks.unmarkedContents(rows.map(\.id), stamp: stamp))
                // Uploaded and perhaps about to be committed.
                try marks.markContents(
                    rows.filter { unused.contains($0.id) && $0.addedAt > cutoff }.map(\.id),
                    stamp: stamp
                )
                return (rows.last?.id, rows.filter { unused.contains($0.id) && $0.addedAt <= cutoff }.map(\.id))
            }
            guard let end else { break }
            last = end
            if dead.isEmpty { continue }
            guard !isDryRun else {
                detached += Int64(dead.count)
                continue
            }
            let count = try await hub.store.write { tx -> Int? in
                guard try tx.read.refs(repo: pass.repo) == pass.refs else { return nil }
                return try tx.removeBlobs(dead, from: pass.repo, addedBy: cutoff)
            }
            guard let count else {
                report.detached += detached
                return false
            }
            detached += Int64(count)
        }
        report.detached += detached
        return true
    }

    /// A repo that is too busy keeps everything this time.
    private func markAll(of repo: Int64) async throws {
        stamp += 2
        let (marks, stamp) = (marks, stamp)
        var lastCommit: GitOID?
        while true {
            let after = lastCommit
            let end = try await hub.store.read { tx in
                let rows = try tx.commits(of: repo, after: after, limit: GarbageCollector.batch)
                try ReachabilityWalk(tx: tx, marks: marks, stamp: stamp).walk(rows.map(\.oid))
                return rows.last?.oid
            }
            guard let end else { break }
            lastCommit = end
        }
        var lastBlob: BlobID?
        while true {
            let after = lastBlob
            let end = try await hub.store.read { tx in
                let rows = try tx.blobs(of: repo, after: after, limit: GarbageCollector.batch)
                try marks.markContents(rows.map(\.id), stamp: stamp)
                return rows.last?.id
            }
            guard let end else { return }
            lastBlob = end
        }
    }

    // MARK: Objects

    private func gitObjects() async throws {
        let marks = marks
        var last: GitOID?
        var seen: Int64 = 0
        while true {
            try Task.checkCancellation()
            let after = last
            let (end, count, commits, trees) = try await hub.store.read { tx in
                let rows = try tx.gitObjects(after: after, limit: GarbageCollector.batch)
                let commits = try marks.unmarked(.commit, rows.filter { $0.kind == .commit }.map(\.oid))
                let trees = try marks.unmarked(.tree, rows.filter { $0.kind == .tree }.map(\.oid))
                return (rows.last?.oid, rows.count, commits, trees)
            }
            guard let end else { return }
            last = end
            seen += Int64(count)
            progress(.objects(seen))
            if commits.isEmpty, trees.isEmpty { continue }
            guard !isDryRun else {
                report.commits += Int64(commits.count)
                report.trees += Int64(trees.count)
                continue
            }
            let removed = try await hub.store.write { tx in
                try Self.markArrivals(tx, marks)
                let commits = try marks.unmarked(.commit, commits)
                let trees = try marks.unmarked(.tree, trees)
                try tx.removeTrees(trees)
                return (commits: try tx.removeOrphanCommits(commits), trees: trees.count)
            }
            report.commits += Int64(removed.commits)
            report.trees += Int64(removed.trees)
        }
    }

    private func fileObjects() async throws {
        let marks = marks
        var last: GitOID?
        while true {
            try Task.checkCancellation()
            let after = last
            let (end, dead) = try await hub.store.read { tx in
                let rows = try tx.fileObjects(after: after, limit: GarbageCollector.batch)
                return (rows.last?.oid, try marks.unmarked(.file, rows.map(\.oid)))
            }
            guard let end else { return }
            last = end
            if dead.isEmpty { continue }
            guard !isDryRun else {
                report.files += Int64(dead.count)
                continue
            }
            report.files += try await hub.store.write { tx in
                try Self.markArrivals(tx, marks)
                let dead = try marks.unmarked(.file, dead)
                try tx.removeFileObjects(dead)
                return Int64(dead.count)
            }
        }
    }

    /// Marks what has been committed since marking began; in the very transaction that removes things.
    private static func markArrivals(_ tx: WriteTransaction, _ marks: MarkStore) throws {
        while true {
            let arrived = try tx.read.arrivedCommits(limit: GarbageCollector.batch)
            guard !arrived.isEmpty else { return }
            try ReachabilityWalk(tx: tx.read, marks: marks, stamp: nil).walk(arrived)
            try tx.forgetArrivals(arrived)
        }
    }

    // MARK: Blobs

    private func blobs() async throws {
        var batch: [BlobID: Int64] = [:]
        var seen: Int64 = 0
        try await hub.wholeBlobs.forEach { id, size, arrived in
            seen += 1
            guard arrived < cutoff else { return }
            batch[id] = size
            guard batch.count >= GarbageCollector.batch else { return }
            try Task.checkCancellation()
            try await remove(batch)
            batch = [:]
            progress(.blobs(seen))
        }
        try await remove(batch)
        progress(.blobs(seen))
    }

    private func remove(_ sizes: [BlobID: Int64]) async throws {
        let marks = marks
        let unused = try await hub.store.read { _ in try marks.unmarkedContents(Array(sizes.keys)) }
        try await removeCopies(sizes, except: Set(unused))
        guard !unused.isEmpty else { return }
        guard !isDryRun else {
            for id in unused { count(sizes[id] ?? 0) }
            return
        }
        let (hub, cutoff) = (hub, cutoff)
        // A task of its own: once begun it goes on to its end, even when the server is shut down.
        let freed = try await Task {
            // Rows first: from here on nobody can come to name them.
            let condemned = try await hub.store.write(durable: true) { try $0.condemn(unused) }
            var freed: [BlobID] = []
            for id in condemned where try await hub.wholeBlobs.delete(id, ifArrivedBefore: cutoff) { freed.append(id) }
            try await hub.store.write { try $0.acquit() }
            return freed
        }.value
        for id in freed { count(sizes[id] ?? 0) }
    }

    /// Removes whole files whose content lies in chunks as well: they were put together for somebody who has long had them.
    private func removeCopies(_ sizes: [BlobID: Int64], except unused: Set<BlobID>) async throws {
        for (id, size) in sizes where !unused.contains(id) {
            guard try await hub.store.read({ try $0.isMadeOfOtherBlobs(id) }) else { continue }
            let isGone = isDryRun ? true : try await hub.wholeBlobs.delete(id, ifArrivedBefore: cutoff)
            if isGone { count(size) }
        }
    }

    private func count(_ bytes: Int64) {
        report.blobs += 1
        report.bytes += bytes
    }
}
