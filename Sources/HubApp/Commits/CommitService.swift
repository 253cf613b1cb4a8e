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
    }

    /// Refuses before the first byte of a commit is read.
    public func checkMayCommit(_ kind: RepoKind, _ id: RepoID, _ revision: Revision, viewer: Viewer) async throws {
        _ = try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .write)
            guard try tx.ref(repo: repo.id, name: RefName.headsPrefix + revision.text) != nil else {
                throw HubError.revisionNotFound(revision.text)
            }
        }
    }

    /// Applies `operations` in order to the branch `revision`.
    /// - Throws: ``HubError/Code/preconditionFailed`` if the branch is not at `header.parentCommit`,
    ///   ``HubError/Code/entryNotFound`` for a deletion of what is not there, ``HubError/Code/unprocessable`` for an LFS
    ///   file whose bytes are not in the hub (or not the viewer's to use). Nothing has changed then.
    public func commit(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        header: CommitHeader,
        operations: [CommitOperation],
        viewer: Viewer
    ) async throws -> Result {
        let now = hub.clock.now
        try await hub.scans.check(operations, to: kind, id, viewer: viewer)
        let stored = operations.storedBlobs
        let quota = hub.limits.storageQuota
        let lease: BlobLease
        if let oldest = stored.lease { lease = oldest } else { lease = try await hub.blobLease() }
        let (repo, oid, isMain) = try await hub.recording(stored.blobs, under: lease, durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .write)
            let refName = RefName.headsPrefix + revision.text
            guard let ref = try tx.read.ref(repo: repo.id, name: refName) else {
                throw HubError.revisionNotFound(revision.text)
            }
            let parent = try tx.read.require(ref.target, in: repo)
            if let expected = header.parentCommit, expected != parent.oid {
                throw HubError(
                    .preconditionFailed,
                    "The branch was updated since you opened this page. Please refresh and try again."
                )
            }
            let writer = CommitWriter(tx: tx, repo: repo, viewer: viewer, domain: hub.domain(of: repo), now: now)
            let commit = try tx.withinQuota(of: repo.ownerID, standard: quota) {
                try writer.write(operations, header: header, onto: parent)
            }
            try tx.compareAndSwapRef(repo: repo.id, name: refName, from: parent.oid, to: commit.oid, at: now)
            let isMain = revision.text == RefName.mainBranch
            if isMain { try tx.touchRepo(id: repo.id, at: now) }
            let data: JSONObject = ["ref": .string(refName), "oid": .string(commit.oid.hex)]
            try tx.appendCommitEvent(data, repo: repo.id, by: viewer, at: now)
            return (repo, commit.oid, isMain)
        }
        hub.scanSignal.wake()
        hub.chunkSignal.wake()
        // The commit stands whatever happens now; what is derived from it can be derived again.
        if isMain { try await MetadataIndexer(hub: hub).index(repo: repo.id) }
        return Result(oid: oid, repoID: repo.fullName)
    }
}
