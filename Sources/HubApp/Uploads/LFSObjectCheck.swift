// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

extension ReadTransaction {
    /// The bytes of an LFS object that a commit or push names: here, whole, and the viewer's to use.
    /// - Parameter size: what the client says it has, if it does.
    /// - Throws: ``HubError/Code/unprocessable`` that names the file.
    @discardableResult
    func requireLFSObject(
        _ oid: BlobID,
        size: Int64?,
        at path: RepoPath,
        in repo: RepoRecord,
        viewer: Viewer
    ) throws -> Int64 {
        guard let stored = try blobSize(oid), try mayUse(oid, in: repo, viewer: viewer) else {
            throw HubError(
                .unprocessable,
                "The LFS object \(oid) of '\(path)' is not on this hub: upload it before the commit"
            )
        }
        guard try !isDamaged(oid) else {
            throw HubError(
                .unprocessable,
                "The stored bytes of the LFS object \(oid) of '\(path)' are damaged: upload it again before the commit"
            )
        }
        if let size, size != stored {
            throw HubError(.unprocessable, "The LFS object \(oid) of '\(path)' has \(stored) bytes, not \(size)")
        }
        return stored
    }

    /// How many repos that hold a blob are looked at for one the viewer may read.
    private static let reposLookedAt = 1000

    /// Whether the viewer may commit a blob to `repo` without sending its bytes: it was uploaded here, or lies in a repo
    /// the viewer may read. Knowing a digest is not a right to the bytes.
    func mayUse(_ oid: BlobID, in repo: RepoRecord, viewer: Viewer) throws -> Bool {
        if try repoHasBlob(repo: repo.id, oid) { return true }
        return try repos(withBlob: oid, limit: Self.reposLookedAt).contains { try mayReadFiles($0, viewer) }
    }
}
