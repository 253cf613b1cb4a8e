// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    /// A repo's protected branches, by pattern.
    public func protections(repo: Int64) throws -> [(pattern: String, push: String)] {
        let statement = try db.cachedStatement(
            sql: "SELECT pattern, push FROM branch_protection WHERE repo_id = ? ORDER BY pattern"
        )
        return try Row.fetchAll(statement, arguments: [repo]).map { (try $0.value("pattern"), try $0.value("push")) }
    }
}

extension WriteTransaction {
    /// Protects the branches that a pattern names, or changes who may push to them.
    public func setProtection(_ pattern: String, push: String, repo: Int64, at now: Timestamp) throws {
        try db.execute(
            sql: """
                INSERT INTO branch_protection (repo_id, pattern, push, created_at) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET push = excluded.push
                """,
            arguments: [repo, pattern, push, now.milliseconds]
        )
    }

    /// Whether there was one.
    public func removeProtection(_ pattern: String, repo: Int64) throws -> Bool {
        try db.execute(
            sql: "DELETE FROM branch_protection WHERE repo_id = ? AND pattern = ?",
            arguments: [repo, pattern]
        )
        return db.changesCount > 0
    }
}
