// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    /// Users by name, at most `limit` after `name`.
    /// - Parameter text: part of the name, the full name or the address; empty is all.
    public func users(matching text: String, after name: String, limit: Int) throws -> [AccountRecord] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(AccountRecord.columns) FROM account
                WHERE kind = 'user' AND name_key > ?1 AND (
                    ?2 = '' OR instr(name_key, lower(?2)) OR instr(lower(full_name), lower(?2))
                    OR instr(lower(coalesce(email, '')), lower(?2))
                ) ORDER BY name_key LIMIT ?3
                """,
            arguments: [name, text, limit]
        ).map(AccountRecord.init)
    }

    /// Administrators of the hub who are not disabled.
    public func enabledAdminCount() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT count(*) FROM account WHERE is_admin AND disabled_at IS NULL") ?? 0
    }

    public func repoCount(ofOwner id: Int64) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT count(*) FROM repo WHERE owner_id = ?", arguments: [id]) ?? 0
    }

    /// When a token or a browser of the account was last used.
    public func lastSeen(account id: Int64) throws -> Timestamp? {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT max(at) FROM (
                    SELECT max(last_used_at) AS at FROM token WHERE account_id = ?1
                    UNION ALL SELECT max(last_used_at) FROM session WHERE account_id = ?1
                )
                """,
            arguments: [id]
        ).map(Timestamp.init(milliseconds:))
    }
}

extension WriteTransaction {
    public func setAdmin(_ isAdmin: Bool, ofAccount id: Int64) throws {
        try db.execute(sql: "UPDATE account SET is_admin = ? WHERE id = ?", arguments: [isAdmin, id])
    }

    /// - Parameter moment: since when; `nil` enables it.
    public func setDisabled(_ moment: Timestamp?, ofAccount id: Int64) throws {
        try db.execute(
            sql: "UPDATE account SET disabled_at = ? WHERE id = ?",
            arguments: [moment?.milliseconds, id]
        )
    }

    /// With what is only its own: tokens, sessions, likes, memberships. Fails while it owns repos.
    public func deleteAccount(id: Int64) throws {
        try db.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [id])
    }
}
