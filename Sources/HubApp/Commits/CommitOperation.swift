// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// One change of a commit.
public enum CommitOperation: Sendable {
    /// A file whose bytes git holds; they are in the blob store already.
    case addFile(path: RepoPath, content: StoredFile)
    /// A file whose bytes came (or will come) through LFS. `size` is checked when given.
    case addLFSFile(path: RepoPath, oid: BlobID, size: Int64?)
    case deleteFile(path: RepoPath)
    case deleteFolder(path: RepoPath)
}

/// Bytes of a small file, taken in for a commit.
public struct StoredFile: Sendable {
    public let gitOID: GitOID
    public let sha256: BlobID
    public let size: Int64
    /// Set when the bytes are an LFS pointer: then the file is what it points to.
    let pointsTo: LFSTarget?
    /// Taken before the bytes were stored.
    let lease: BlobLease

    struct LFSTarget: Sendable {
        let oid: BlobID
        let size: Int64
    }
}

/// What a commit says besides its changes.
public struct CommitHeader: Sendable {
    public var summary: String
    public var description: String
    /// The head the client has seen; the commit is refused if the branch has moved on.
    public var parentCommit: GitOID?

    public init(summary: String, description: String = "", parentCommit: GitOID? = nil) {
        self.summary = summary
        self.description = description
        self.parentCommit = parentCommit
    }
}

extension [CommitOperation] {
    /// The files whose bytes were stored for these operations, with sizes, and the oldest of their leases.
    var storedBlobs: (blobs: [BlobID: Int64], lease: BlobLease?) {
        var blobs: [BlobID: Int64] = [:]
        var oldest: BlobLease?
        for case .addFile(_, let content) in self {
            blobs[content.sha256] = content.size
            if content.lease.generation <= oldest?.generation ?? .max { oldest = content.lease }
        }
        return (blobs, oldest)
    }
}
