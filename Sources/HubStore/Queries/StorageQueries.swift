// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
import HubCore

/// What a repo takes of its owner's storage.
public struct RepoStorageRecord: Sendable {
    public let repo: RepoRecord
    /// Bytes of all blobs that its commits and uploads brought in, each counted once.
    public let bytes: Int64
}

extension ReadTransaction {
    /// An account's repos with their storage, in the order they were made.
    public func repoStorage(owner: Int64, after repo: Int64, limit: Int) throws -> [RepoStorageRecord] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(RepoRecord.columns), coalesce(repo_storage.bytes, 0) AS storage_bytes
                FROM \(RepoRecord.source) LEFT JOIN repo_storage ON repo_storage.repo_id = repo.id
                WHERE repo.owner_id = ? AND repo.id > ? ORDER BY repo.id LIMIT ?
                """,
            arguments: [owner, repo, limit]
        ).map { RepoStorageRecord(repo: try RepoRecord($0), bytes: try $0.value("storage_bytes")) }
    }

    /// Bytes of all repos of an account; what two of them share counts for both, as one of them may move away.
    public func usedStorage(owner: Int64) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: """
                SELECT coalesce(sum(repo_storage.bytes), 0)
                FROM repo JOIN repo_storage ON repo_storage.repo_id = repo.id WHERE repo.owner_id = ?
                """
        )
        return try Int64.fetchOne(statement, arguments: [owner]) ?? 0
    }
}
