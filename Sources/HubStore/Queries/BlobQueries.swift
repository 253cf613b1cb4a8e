// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    /// Bytes of a blob whose arrival is on record.
    public func blobSize(_ id: BlobID) throws -> Int64? {
        let statement = try db.cachedStatement(sql: "SELECT size FROM blob WHERE sha256 = ?")
        return try Int64.fetchOne(statement, arguments: [id.data])
    }

    /// Whether the blob was uploaded to this repo, or is part of it.
    public func repoHasBlob(repo: Int64, _ id: BlobID) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM repo_blob WHERE repo_id = ? AND sha256 = ?)"
        )
        return try Bool.fetchOne(statement, arguments: [repo, id.data]) ?? false
    }

    /// The repos that have the blob, at most `limit`: the caller sees whether the viewer may read one of them.
    public func repos(withBlob id: BlobID, limit: Int) throws -> [RepoRecord] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(RepoRecord.columns) FROM repo_blob
                JOIN repo ON repo.id = repo_blob.repo_id JOIN account AS owner ON owner.id = repo.owner_id
                WHERE repo_blob.sha256 = ? LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: [id.data, limit]).map(RepoRecord.init)
    }
}

extension ReadTransaction {
    /// The parts of an unfinished upload that were sent to this repo.
    public func lfsParts(repo: Int64, _ id: BlobID) throws -> Set<Int> {
        Set(
            try Int.fetchAll(
                db,
                sql: "SELECT part FROM lfs_part WHERE repo_id = ? AND sha256 = ?",
                arguments: [repo, id.data]
            )
        )
    }
}

extension WriteTransaction {
    public func recordLFSPart(_ part: Int, of id: BlobID, repo: Int64, at now: Timestamp) throws {
        try db.cachedStatement(
            sql: "INSERT INTO lfs_part (repo_id, sha256, part, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [repo, id.data, part, now.milliseconds])
    }

    public func removeLFSParts(of id: BlobID, repo: Int64) throws {
        try db.execute(
            sql: "DELETE FROM lfs_part WHERE repo_id = ? AND sha256 = ?",
            arguments: [repo, id.data]
        )
    }

    /// Forgets parts of uploads that were never completed.
    public func removeLFSParts(before moment: Timestamp) throws {
        try db.execute(sql: "DELETE FROM lfs_part WHERE created_at < ?", arguments: [moment.milliseconds])
    }

    /// Records that a blob is in the store, and that the repo brought it in; its grace time begins anew.
    ///
    /// For bytes that have just been stored, only within `Hub.recording`, which keeps garbage collection away.
    public func recordBlob(_ id: BlobID, size: Int64, repo: Int64, at now: Timestamp) throws {
        try recordBlob(id, size: size, at: now)
        try db.cachedStatement(
            sql: """
                INSERT INTO repo_blob (repo_id, sha256, added_at) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET added_at = excluded.added_at WHERE added_at < excluded.added_at
                """
        ).execute(arguments: [repo, id.data, now.milliseconds])
    }

    /// Puts on record that the bytes are in the blob store.
    func recordBlob(_ id: BlobID, size: Int64, at now: Timestamp) throws {
        try db.cachedStatement(
            sql: "INSERT INTO blob (sha256, size, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [id.data, size, now.milliseconds])
    }
}
