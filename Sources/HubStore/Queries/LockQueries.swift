// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// A file that somebody has locked.
public struct LockRecord: Sendable, Hashable {
    public let id: Int64
    public let path: String
    public let ownerID: Int64
    public let ownerName: String
    public let lockedAt: Timestamp

    init(_ row: Row) throws {
        id = try row.value("id")
        path = try row.value("path")
        ownerID = try row.value("owner_id")
        ownerName = try row.value("owner_name")
        lockedAt = try row.time("locked_at")
    }

    static let query = """
        SELECT lfs_lock.id, lfs_lock.path, lfs_lock.owner_id, account.name AS owner_name, lfs_lock.locked_at
        FROM lfs_lock JOIN account ON account.id = lfs_lock.owner_id WHERE lfs_lock.repo_id = ?
        """
}

extension ReadTransaction {
    /// A repo's locks after the one called `id`, the oldest first.
    /// - Parameter path: only the lock of this file.
    public func locks(repo: Int64, path: String? = nil, after id: Int64, limit: Int) throws -> [LockRecord] {
        try Row.fetchAll(
            db,
            sql: LockRecord.query + """
                 AND lfs_lock.id > ? AND lfs_lock.path = coalesce(?, lfs_lock.path) ORDER BY lfs_lock.id LIMIT ?
                """,
            arguments: [repo, id, path, limit]
        ).map(LockRecord.init)
    }

    public func lock(_ id: Int64, repo: Int64) throws -> LockRecord? {
        try Row.fetchOne(db, sql: LockRecord.query + " AND lfs_lock.id = ?", arguments: [repo, id]).map(LockRecord.init)
    }
}

extension WriteTransaction {
    /// Locks a file that is not locked.
    /// - Parameter ref: the branch, in full, where the client names one.
    public func insertLock(repo: Int64, path: String, ref: String?, owner: Int64, at now: Timestamp) throws -> Int64 {
        try db.execute(
            sql: "INSERT INTO lfs_lock (repo_id, path, ref, owner_id, locked_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [repo, path, ref, owner, now.milliseconds]
        )
        return db.lastInsertedRowID
    }

    public func removeLock(_ id: Int64, repo: Int64) throws {
        try db.execute(sql: "DELETE FROM lfs_lock WHERE id = ? AND repo_id = ?", arguments: [id, repo])
    }
}
