// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension RepoService {
    /// The most files that one request may delete.
    public static let maximumLFSDeletions = 1000

    /// Takes LFS files out of a repo for good: out of every commit of every branch and tag, and out of what its storage
    /// counts. Garbage collection frees the bytes, unless another repo has them too.
    /// - Parameter files: the ids of the files' pointers, as the list of LFS files gives them.
    /// - Throws: ``HubError/Code/unprocessable`` if one is not an LFS file of the repo; nothing has changed then.
    public func deleteLFSFiles(
        _ kind: RepoKind,
        _ id: RepoID,
        files: Set<GitOID>,
        viewer: Viewer
    ) async throws {
        let now = hub.clock.now
        let (repo, movedMain) = try await hub.store.write(durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .write)
            let blobs = try files.map { oid in
                guard let file = try tx.read.lfsFile(oid, repo: repo.id) else {
                    throw HubError(.unprocessable, "\(oid) is not the fileOid of an LFS file of this repository")
                }
                return file.sha256
            }
            let moved = try HistoryRewriter(tx: tx, repo: repo, dropping: files).rewrite(at: now)
            _ = try tx.removeBlobs(blobs, from: repo.id, addedBy: now)
            for ref in moved { try tx.read.requirePush(ref.name, repo, viewer) }
            try tx.noteMoves(
                moved.map { RefMove(name: $0.name, from: $0.from, to: $0.to, isRewrite: true) },
                of: repo,
                by: viewer,
                at: now
            )
            let audited: JSONObject = [
                "files": .array(blobs.map(\.hex).sorted().map(JSONValue.string)),
                "refs": .array(moved.map { .string($0.name) }),
            ]
            try tx.audit(.lfsDelete, repo.fullName, by: viewer, audited, at: now)
            let movedMain = moved.contains { $0.name == RefName.headsPrefix + RefName.mainBranch }
            if movedMain { try tx.touchRepo(id: repo.id, at: now) }
            return (repo, movedMain)
        }
        if movedMain { try await MetadataIndexer(hub: hub).index(repo: repo.id) }
    }
}
