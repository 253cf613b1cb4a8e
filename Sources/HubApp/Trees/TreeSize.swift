// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

extension TreeService {
    /// Bytes of the files below a folder of a revision; LFS files count what they hold, not their pointers.
    /// - Throws: ``HubError/Code/entryNotFound`` if `path` is absent.
    public func size(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        path: RepoPath?,
        viewer: Viewer
    ) async throws -> Int64 {
        try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .readFiles)
            let commit = try tx.resolve(revision, in: repo)
            let reader = TreeReader(tx)
            var oids: [GitOID] = []
            if let path {
                guard let entry = try reader.entry(at: path, root: commit.tree) else {
                    throw HubError.entryNotFound(path.text, commit: commit.oid)
                }
                oids = entry.isFolder ? try reader.files(root: entry.oid).map(\.entry.oid) : [entry.oid]
            } else {
                oids = try reader.files(root: commit.tree).map(\.entry.oid)
            }
            let objects = try tx.fileObjects(Set(oids))
            // Stored sizes are of bytes on one machine: their sum cannot overflow.
            return oids.reduce(0) { $0 &+ (objects[$1]?.size ?? 0) }
        }
    }
}
