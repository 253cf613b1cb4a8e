// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

/// An LFS file that some commit of a repo has, or had.
public struct LFSFileRecord: Sendable, Hashable {
    /// Of the pointer.
    public let oid: GitOID
    public let sha256: BlobID
    /// In bytes.
    public let size: Int64
    public let pushedAt: Timestamp

    init(_ row: Row) throws {
        oid = try row.oid("oid")
        sha256 = try row.blobID("sha256")
        size = try row.value("size")
        pushedAt = try row.time("added_at")
    }
}

extension ReadTransaction {
    /// A repo's LFS files, the latest first.
    public func lfsFiles(
        repo: Int64,
        after: (pushedAt: Timestamp, sha256: BlobID)?,
        limit: Int
    ) throws -> [LFSFileRecord] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT file_object.oid, file_object.sha256, file_object.size, repo_blob.added_at
                FROM repo_blob JOIN file_object ON file_object.sha256 = repo_blob.sha256
                WHERE repo_blob.repo_id = ? AND file_object.pointer_size IS NOT NULL
                    AND (repo_blob.added_at, repo_blob.sha256) < (?, ?)
                ORDER BY repo_blob.added_at DESC, repo_blob.sha256 DESC LIMIT ?
                """
        )
        let last = after?.pushedAt.milliseconds ?? .max
        return try Row.fetchAll(statement, arguments: [repo, last, after?.sha256.data ?? Data(), limit]).map(
            LFSFileRecord.init
        )
    }

    /// The LFS file of a repo whose pointer has this id.
    public func lfsFile(_ oid: GitOID, repo: Int64) throws -> LFSFileRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT file_object.oid, file_object.sha256, file_object.size, repo_blob.added_at
                FROM file_object JOIN repo_blob ON repo_blob.sha256 = file_object.sha256
                WHERE file_object.oid = ? AND file_object.pointer_size IS NOT NULL AND repo_blob.repo_id = ?
                """
        )
        return try Row.fetchOne(statement, arguments: [oid.data, repo]).map(LFSFileRecord.init)
    }
}
