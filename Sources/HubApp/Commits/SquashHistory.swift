// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

extension CommitService {
    /// Replaces a branch's history by one commit of the same files. What only the old commits held goes with the next
    /// garbage collection.
    /// - Returns: the new head.
    public func squash(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        message: String?,
        viewer: Viewer
    ) async throws -> GitOID {
        let now = hub.clock.now
        let header = CommitHeader(summary: message ?? "Super-squash branch '\(revision.text)'")
        let (repo, oid) = try await hub.store.write(durable: true) { tx in
            let (repo, target) = try tx.read.commitTarget(kind, id, revision, viewer: viewer)
            let refName = target.ref
            guard let ref = try tx.read.ref(repo: repo.id, name: refName) else {
                throw HubError.revisionNotFound(revision.text)
            }
            let head = try tx.read.require(ref.target, in: repo)
            let commit = try CommitWriter(tx: tx, repo: repo, viewer: viewer, domain: hub.domain(of: repo), now: now)
                .write(tree: head.tree, header: header, onto: nil)
            try tx.compareAndSwapRef(repo: repo.id, name: refName, from: head.oid, to: commit.oid, at: now)
            let data: JSONObject = [
                "ref": .string(refName), "from": .string(head.oid.hex), "oid": .string(commit.oid.hex),
            ]
            var move = RefMove(name: refName, from: head.oid, to: commit.oid)
            move.isRewrite = true
            try tx.noteMoves([move], of: repo, by: viewer, at: now)
            if case .pullRequest(let discussion) = target {
                try DiscussionWriter(tx: tx, repo: repo, viewer: viewer, now: now).commits([commit], discussion)
            }
            try tx.audit(.repoSquash, repo.fullName, by: viewer, data, at: now)
            return (repo, commit.oid)
        }
        if revision.text == RefName.mainBranch { try await MetadataIndexer(hub: hub).index(repo: repo.id) }
        return oid
    }
}
