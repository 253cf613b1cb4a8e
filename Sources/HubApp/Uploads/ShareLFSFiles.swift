// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension UploadService {
    /// Makes LFS files of one repo usable in another, as if they had been uploaded to it; no bytes are copied.
    /// - Returns: those that the source does not have.
    /// - Throws: what keeps the viewer from reading the one repo or from writing to the other; ``HubError/Code/quotaExceeded``.
    public func shareLFSFiles(
        _ files: [BlobID],
        of source: (kind: RepoKind, id: RepoID),
        with target: (kind: RepoKind, id: RepoID),
        viewer: Viewer
    ) async throws -> [BlobID] {
        guard files.count <= hub.limits.batchObjects else {
            throw HubError(.tooLarge, "At most \(hub.limits.batchObjects) files at once")
        }
        let (now, quota) = (hub.clock.now, hub.limits.storageQuota)
        return try await hub.store.write { [hub] tx in
            let from = try tx.read.repo(source.kind, source.id, for: viewer, .readFiles)
            let to = try tx.read.repo(target.kind, target.id, for: viewer, .write)
            return try tx.withinQuota(of: to.ownerID, standard: quota) {
                try files.filter { id in
                    guard try tx.read.repoHasBlob(repo: from.id, id), let size = try tx.read.blobSize(id),
                        try !tx.read.isDamaged(id)
                    else { return true }
                    try tx.recordBlob(id, size: size, repo: to.id, at: now)
                    try tx.queueChunking(id, in: hub.domain(of: to), at: now)
                    return false
                }
            }
        }
    }
}
