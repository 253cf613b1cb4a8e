// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Writes what a push brings and moves its refs, in one transaction: all of it happens, or nothing.
struct PushRecorder: Sendable {
    /// Commits of a pull request that are named one by one.
    private static let notedCommits = 250

    let push: Push
    let contents: PushContents
    let targets: [String: Push.Target]
    /// What was stored for this push.
    let files: [GitOID: FileObjectRecord]

    /// - Returns: refs that were not moved, with the reason.
    func record(_ commands: [PushRequest.Command], under lease: BlobLease) async throws -> [String: String] {
        let hub = push.hub
        let now = hub.clock.now
        let quota = hub.limits.storageQuota
        let blobs = Dictionary(files.values.map { ($0.sha256, $0.size) }, uniquingKeysWith: { first, _ in first })
        let (repo, refused, movesMain) = try await hub.recording(blobs, under: lease, durable: true) { tx in
            let repo = try tx.read.repo(push.kind, push.id, for: push.viewer, .propose)
            var refs = try tx.read.refs(repo: repo.id)
            var refused: [String: String] = [:]
            var accepted: [PushRequest.Command] = []
            for command in commands {
                let reason =
                    try PushRules.reason(against: command, among: refs)
                    ?? PushRules.reason(against: command, in: repo, by: push.viewer, tx.read)
                if let reason {
                    refused[command.ref] = reason
                } else {
                    accepted.append(command)
                    // Two refs of one push must not be in each other's way either.
                    refs.removeAll { $0.name == command.ref }
                    if let commit = targets[command.ref]?.commit {
                        refs.append(RefRecord(name: command.ref, target: commit, tag: targets[command.ref]?.tag?.oid))
                    }
                }
            }
            if push.request.isAtomic, !refused.isEmpty {
                for command in accepted { refused[command.ref] = "atomic push failure" }
                return (repo, refused, false)
            }
            guard !accepted.isEmpty else { return (repo, refused, false) }
            try tx.withinQuota(of: repo.ownerID, standard: quota) {
                try push.intake.use { try write($0, repo, tx, at: now) }
            }
            var moves: [RefMove] = []
            for command in accepted {
                if let move = try move(command, repo, tx, at: now) { moves.append(move) }
            }
            try tx.noteMoves(moves, of: repo, by: push.viewer, at: now)
            let movesMain = moves.contains { $0.name == RefName.headsPrefix + RefName.mainBranch }
            if movesMain { try tx.touchRepo(id: repo.id, at: now) }
            return (repo, refused, movesMain)
        }
        hub.scanSignal.wake()
        hub.chunkSignal.wake()
        // The push stands whatever happens now; what is derived from it can be derived again.
        if movesMain { try await MetadataIndexer(hub: hub).index(repo: repo.id) }
        return refused
    }

    // MARK: Objects

    private func write(_ intake: PackIntake, _ repo: RepoRecord, _ tx: WriteTransaction, at now: Timestamp) throws {
        try requireOld(repo, tx.read)
        for (oid, path) in contents.files {
            if let pointer = intake.pointer(oid) {
                try write(pointer, oid, path, repo, tx, at: now)
            } else if let file = files[oid] {
                try tx.recordBlob(file.sha256, size: file.size, repo: repo.id, at: now)
                try insert(file, tx)
                try tx.queueScan(file.sha256, isNamedPickle: BlobScanner.isPickleName(try RepoPath(path)), at: now)
            }
        }
        for oid in contents.trees { try tx.insertTree(oid, data: try intake.bytes(oid)) }
        var depths: [GitOID: Int64] = [:]
        for oid in contents.commits {
            let data = try intake.bytes(oid)
            let text: CommitText
            do { text = try CommitText(parsing: data) } catch {
                throw HubError(.corrupt, "A scratch file has changed", cause: error)
            }
            let parent = text.links.parents.first
            let depth = try parent.map { try depths[$0] ?? tx.read.require($0, in: repo).depth } ?? 0
            depths[oid] = depth + 1
            let commit = CommitRecord(
                oid: oid,
                tree: text.links.tree,
                parent: parent,
                depth: depth + 1,
                committedAt: Timestamp(seconds: text.links.committedAt),
                author: text.author,
                title: text.title,
                message: text.message
            )
            try tx.insertCommit(commit, data: data, repo: repo.id)
        }
    }

    /// What was there when the push was looked at may have gone since: an old branch, and with it its commits.
    private func requireOld(_ repo: RepoRecord, _ tx: ReadTransaction) throws {
        let areThere =
            try contents.oldCommits.allSatisfy { try tx.repoHasCommit(repo: repo.id, $0) }
            && contents.oldTrees.allSatisfy { try tx.withGitObject($0, .tree, { _ in true }) != nil }
            && contents.oldFiles.allSatisfy { try tx.fileObject($0, repo: repo.id) != nil }
        guard areThere else {
            throw HubError(.unavailable, "What the push builds on was removed meanwhile: fetch, and push again")
        }
    }

    private func write(
        _ pointer: LFSPointer,
        _ oid: GitOID,
        _ path: String,
        _ repo: RepoRecord,
        _ tx: WriteTransaction,
        at now: Timestamp
    ) throws {
        let path = try RepoPath(path)
        try tx.read.requireLFSObject(pointer.oid, size: pointer.size, at: path, in: repo, viewer: push.viewer)
        try tx.recordBlob(pointer.oid, size: pointer.size, repo: repo.id, at: now)
        let length = Int64(pointer.data.count)
        try insert(FileObjectRecord(oid: oid, sha256: pointer.oid, size: pointer.size, pointerSize: length), tx)
        try tx.queueScan(pointer.oid, isNamedPickle: BlobScanner.isPickleName(path), at: now)
        try tx.queueChunking(pointer.oid, in: push.hub.domain(of: repo), at: now)
    }

    /// - Throws: ``HubError/Code/unprocessable`` where the id stands for other bytes already: SHA-1 can be made to collide.
    private func insert(_ file: FileObjectRecord, _ tx: WriteTransaction) throws {
        try tx.insertFileObject(file)
        guard try tx.read.fileObjects([file.oid])[file.oid] == file else {
            throw HubError(.unprocessable, "The file \(file.oid) is known with other contents: its id is not unique")
        }
    }

    // MARK: Refs

    /// - Returns: `nil` where the ref is where it was.
    private func move(
        _ command: PushRequest.Command,
        _ repo: RepoRecord,
        _ tx: WriteTransaction,
        at now: Timestamp
    ) throws -> RefMove? {
        let target = targets[command.ref]
        let former = try tx.read.ref(repo: repo.id, name: command.ref)
        try tx.compareAndSwapRef(
            repo: repo.id,
            name: command.ref,
            from: former?.target,
            to: target?.commit,
            tag: target?.tag,
            at: now
        )
        var move = RefMove(name: command.ref, from: former?.target, to: target?.commit)
        guard let commit = target?.commit, !command.ref.hasPrefix(RefName.tagsPrefix) else { return move }
        guard former?.target != commit else { return nil }
        move.hasNewCommits = contents.commits.contains(commit)
        if let former, try !isAncestor(former.target, of: commit, tx.read) { move.isRewrite = true }
        if command.ref.hasPrefix(RefName.pullRequestsPrefix) {
            let discussion = try tx.read.pullRequest(ref: command.ref, in: repo, for: push.viewer)
            try DiscussionWriter(tx: tx, repo: repo, viewer: push.viewer, now: now)
                .commits(try newCommits(to: commit, repo, tx.read), discussion)
        }
        return move
    }

    /// Commits of the push that lead to this one along first parents, the oldest first; at least this one.
    private func newCommits(to commit: GitOID, _ repo: RepoRecord, _ tx: ReadTransaction) throws -> [CommitRecord] {
        let new = Set(contents.commits)
        var commits: [CommitRecord] = []
        var next: GitOID? = commit
        while let oid = next, oid == commit || new.contains(oid), commits.count < Self.notedCommits {
            let record = try tx.require(oid, in: repo)
            commits.append(record)
            next = record.parent
        }
        return commits.reversed()
    }

    private func isAncestor(_ oid: GitOID, of commit: GitOID, _ tx: ReadTransaction) throws -> Bool {
        var graph = CommitGraph()
        return try graph.allReach([commit], [oid], limit: 100_000, tx)
    }
}
