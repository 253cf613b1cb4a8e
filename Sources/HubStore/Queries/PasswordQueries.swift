// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    /// The PHC text of a user's password hash, if it has one.
    public func passwordHash(ofAccount id: Int64) throws -> String? {
        try String.fetchOne(db, sql: "SELECT hash FROM password WHERE account_id = ?", arguments: [id])
    }

    /// The user with this address of mail; of several, who had it first.
    public func user(email: String) throws -> AccountRecord? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT \(AccountRecord.columns) FROM account
                WHERE lower(email) = lower(?) AND email IS NOT NULL AND kind = 'user' ORDER BY id LIMIT 1
                """,
            arguments: [email]
        ).map(AccountRecord.init)
    }
}

extension WriteTransaction {
    public func setPasswordHash(_ hash: String, ofAccount id: Int64, at now: Timestamp) throws {
        try db.execute(
            sql: """
                INSERT INTO password (account_id, hash, changed_at) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at
                """,
            arguments: [id, hash, now.milliseconds]
        )
    }

    /// The same password with a stronger hash, unless it was changed meanwhile.
    public func replacePasswordHash(_ former: String, with hash: String, ofAccount id: Int64) throws {
        try db.execute(
            sql: "UPDATE password SET hash = ? WHERE account_id = ? AND hash = ?",
            arguments: [hash, id, former]
        )
    }
}
