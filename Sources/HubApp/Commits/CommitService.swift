// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

/// Makes commits: bytes first, rows last, one transaction, one move of the branch.
public struct CommitService: Sendable {
    let hub: Hub

    public struct Result: Sendable {
        public let oid: GitOID
        public let repoID: String
        /// The number of the pull request that it opened.
        public var pullRequest: Int64?
    }

    /// Refuses before the first byte of a commit is read.
    public func checkMayCommit(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        createsPullRequest: Bool = false,
        viewer: Viewer
    ) async throws {
        _ = try await hub.store.read { tx in
            try tx.commitTarget(kind, id, revision, createsPullRequest: createsPullRequest, viewer: viewer)
        }
    }

    /// Applies `operations` in order to the branch or pull request `revision`.
    /// - Parameter createsPullRequest: leave the branch as it is and open a pull request with the commit.
    /// - Throws: ``HubError/Code/preconditionFailed`` if the branch is not at `header.parentCommit`,
    ///   ``HubError/Code/entryNotFound`` for a deletion of what is not there, ``HubError/Code/unprocessable`` for an LFS
    ///   file whose bytes are not in the hub (or not the viewer's to use). Nothing has changed then.
    public func commit(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        header: CommitHeader,
        operations: [CommitOperation],
        createsPullRequest: Bool = false,
        viewer: Viewer
    ) async throws -> Result {
        let now = hub.clock.now
        try await hub.scans.check(operations, to: kind, id, viewer: viewer)
        let stored = operations.storedBlobs
        let quota = hub.limits.storageQuota
        let lease: BlobLease
        if let oldest = stored.lease { lease = oldest } else { lease = try await hub.blobLease() }
        let (result, repo, isMain) = try await hub.recording(stored.blobs, under: lease, durable: true) { tx in
            let (repo, target) = try tx.read.commitTarget(
                kind,
                id,
                revision,
                createsPullRequest: createsPullRequest,
                viewer: viewer
            )
            let parent = try parent(of: header, target, repo, tx.read)
            let writer = CommitWriter(tx: tx, repo: repo, viewer: viewer, domain: hub.domain(of: repo), now: now)
            let commit = try tx.withinQuota(of: repo.ownerID, standard: quota) {
                try writer.write(operations, header: header, onto: parent)
            }
            let move = try move(target, from: parent, to: commit, header, repo, tx, viewer, at: now)
            let isMain = move.name == RefName.headsPrefix + RefName.mainBranch
            if isMain { try tx.touchRepo(id: repo.id, at: now) }
            try tx.noteMoves([move], of: repo, by: viewer, at: now)
            var result = Result(oid: commit.oid, repoID: repo.fullName)
            if createsPullRequest { result.pullRequest = RefName.pullRequestNumber(move.name) }
            return (result, repo, isMain)
        }
        hub.scanSignal.wake()
        hub.chunkSignal.wake()
        // The commit stands whatever happens now; what is derived from it can be derived again.
        if isMain { try await MetadataIndexer(hub: hub).index(repo: repo.id) }
        return result
    }

    /// The commit to go on from.
    /// - Throws: ``HubError/Code/preconditionFailed`` if the client has seen another one.
    private func parent(
        of header: CommitHeader,
        _ target: CommitTarget,
        _ repo: RepoRecord,
        _ tx: ReadTransaction
    ) throws -> CommitRecord {
        if case .newPullRequest = target, let expected = header.parentCommit {
            // A pull request may begin where its author has looked last.
            guard let parent = try tx.commit(expected, in: repo.id) else {
                throw HubError.revisionNotFound(expected.hex)
            }
            return parent
        }
        guard let ref = try tx.ref(repo: repo.id, name: target.ref) else {
            throw HubError.revisionNotFound(target.ref)
        }
        let parent = try tx.require(ref.target, in: repo)
        if let expected = header.parentCommit, expected != parent.oid {
            throw HubError(
                .preconditionFailed,
                "The branch was updated since you opened this page. Please refresh and try again."
            )
        }
        return parent
    }

    /// Moves the ref, and notes in a pull request that a commit came.
    private func move(
        _ target: CommitTarget,
        from parent: CommitRecord,
        to commit: CommitRecord,
        _ header: CommitHeader,
        _ repo: RepoRecord,
        _ tx: WriteTransaction,
        _ viewer: Viewer,
        at now: Timestamp
    ) throws -> RefMove {
        let writer = DiscussionWriter(tx: tx, repo: repo, viewer: viewer, now: now)
        let move: RefMove
        switch target {
        case .branch(let name):
            move = RefMove(name: name, from: parent.oid, to: commit.oid)
        case .pullRequest(let discussion):
            move = RefMove(name: discussion.ref, from: parent.oid, to: commit.oid)
            try writer.commits([commit], discussion)
        case .newPullRequest(let base):
            let discussion = try writer.open(
                title: String(commit.title.prefix(DiscussionWriter.titleLength)),
                description: String(header.description.trimmed.prefix(DiscussionWriter.commentBytes / 4)),
                status: .open,
                base: base
            )
            move = RefMove(name: discussion.ref, from: nil, to: commit.oid, hasNewCommits: true)
            try writer.commits([commit], discussion)
        }
        try tx.compareAndSwapRef(repo: repo.id, name: move.name, from: move.from, to: move.to, at: now)
        return move
    }
}
