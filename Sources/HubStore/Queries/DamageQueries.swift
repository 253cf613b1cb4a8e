// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    /// Whether the blob's bytes were found missing or damaged, and have not been stored again since.
    public func isDamaged(_ id: BlobID) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM damaged_blob WHERE sha256 = ?)")
        return try Bool.fetchOne(statement, arguments: [id.data]) ?? false
    }
}

extension WriteTransaction {
    public func noteDamage(_ id: BlobID, reason: String, at now: Timestamp) throws {
        try db.execute(
            sql: """
                INSERT INTO damaged_blob (sha256, found_at, reason) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET reason = excluded.reason
                """,
            arguments: [id.data, now.milliseconds, reason]
        )
    }

    /// The bytes of these are whole: they have just been stored, or read and checked.
    public func forgetDamage(_ ids: some Sequence<BlobID>) throws {
        let statement = try db.cachedStatement(sql: "DELETE FROM damaged_blob WHERE sha256 = ?")
        for id in ids { try statement.execute(arguments: [id.data]) }
    }
}
