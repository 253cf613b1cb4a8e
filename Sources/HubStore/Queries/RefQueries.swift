// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    /// - Parameter name: in full, `refs/heads/main`.
    public func ref(repo: Int64, name: String) throws -> RefRecord? {
        let statement = try db.cachedStatement(sql: "SELECT name, target FROM ref WHERE repo_id = ? AND name = ?")
        return try Row.fetchOne(statement, arguments: [repo, name]).map(RefRecord.init)
    }

    /// All refs of a repo, by name.
    public func refs(repo: Int64) throws -> [RefRecord] {
        let statement = try db.cachedStatement(sql: "SELECT name, target FROM ref WHERE repo_id = ? ORDER BY name")
        return try Row.fetchAll(statement, arguments: [repo]).map(RefRecord.init)
    }
}

extension WriteTransaction {
    /// Moves, makes (`old` is `nil`) or removes (`new` is `nil`) a ref, if it is still where the caller saw it.
    /// - Throws: ``HubError/Code/preconditionFailed`` if it is elsewhere by now.
    public func compareAndSwapRef(
        repo: Int64,
        name: String,
        from old: GitOID?,
        to new: GitOID?,
        message: String? = nil,
        at now: Timestamp
    ) throws {
        guard try read.ref(repo: repo, name: name)?.target == old else {
            throw HubError(
                .preconditionFailed,
                "The branch was updated since you opened this page. Please refresh and try again."
            )
        }
        guard let new else {
            try db.execute(sql: "DELETE FROM ref WHERE repo_id = ? AND name = ?", arguments: [repo, name])
            return
        }
        try db.execute(
            sql: """
                INSERT INTO ref (repo_id, name, target, message, updated_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET target = excluded.target, updated_at = excluded.updated_at
                """,
            arguments: [repo, name, new.data, message, now.milliseconds]
        )
    }
}
