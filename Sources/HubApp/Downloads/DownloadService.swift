// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

/// A file of a commit, found and allowed.
public struct ResolvedFile: Sendable {
    public let commit: GitOID
    public let path: RepoPath
    /// The content's place in the blob store.
    public let blob: BlobID
    /// Bytes of the content.
    public let size: Int64
    /// The git blob's id for a file that git holds, the SHA-256 for an LFS file; without quotes.
    public let etag: String
    public let isLFS: Bool
    /// The LFS pointer's text, for `raw`.
    public let pointer: [UInt8]?
    public let committedAt: Timestamp
    /// Of its chunks, where it is known in chunks.
    public let xetHash: XetHash?
    /// For ``DownloadService/count(_:client:)``.
    let repoID: Int64
    let kind: RepoKind
    let libraryName: String?
}

/// Finds files by repo, revision and path.
public struct DownloadService: Sendable {
    let hub: Hub

    /// - Throws: repo, revision or entry not found, or ``HubError/Code/gated``.
    public func resolve(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        _ path: RepoPath,
        viewer: Viewer
    ) async throws -> ResolvedFile {
        let policy = hub.limits.scanPolicy
        return try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .readFiles)
            let commit = try tx.resolve(revision, in: repo)
            guard let entry = try TreeReader(tx).entry(at: path, root: commit.tree), !entry.isFolder,
                let file = try tx.fileObjects([entry.oid])[entry.oid]
            else { throw HubError.entryNotFound(path.text, commit: commit.oid) }
            if try tx.isDamaged(file.sha256) { throw HubError.damaged(path.text) }
            try ScanService.check(tx, file.sha256, path: path, policy: policy)
            return ResolvedFile(
                commit: commit.oid,
                path: path,
                blob: file.sha256,
                size: file.size,
                etag: file.isLFS ? file.sha256.hex : file.oid.hex,
                isLFS: file.isLFS,
                pointer: file.isLFS ? LFSPointer(oid: file.sha256, size: file.size).data : nil,
                committedAt: commit.committedAt,
                xetHash: file.isLFS ? try tx.xetFile(of: file.sha256, preferring: hub.domain(of: repo))?.hash : nil,
                repoID: repo.id,
                kind: kind,
                libraryName: repo.libraryName
            )
        }
    }

    /// Opens a file's bytes.
    /// - Throws: ``HubError/Code/corrupt`` if they are missing or of another size; then they are put on record as damaged,
    ///   so that the same content can be pushed again.
    public func open(_ file: ResolvedFile) async throws -> any BlobReader {
        do {
            let reader = try await hub.blobs.open(file.blob)
            if reader.size == file.size { return reader }
            try await hub.noteDamage(file.blob, "\(reader.size) bytes instead of \(file.size)")
        } catch let error as HubError where error.code == .notFound {
            try await hub.noteDamage(file.blob, "missing")
        } catch let error as HubError where error.code == .corrupt {
            // Of a file in chunks; it is on record by now.
        }
        throw HubError.damaged(file.path.text)
    }

    /// Notes the request for a file as a download of its repo, if the Hub's rule counts that file.
    /// - Parameters:
    ///   - client: who asks: an account, or an address with its user agent.
    ///   - isLook: whether only the headers are asked for.
    public func count(_ file: ResolvedFile, client: String, isLook: Bool) {
        guard QueryFiles.counts(file.path, kind: file.kind, library: file.libraryName) else { return }
        if file.kind == .model {
            hub.downloadCounter.countModel(repo: file.repoID, client: client, isLook: isLook)
        } else if !isLook {
            hub.downloadCounter.countFiles(repo: file.repoID, client: client)
        }
    }
}
