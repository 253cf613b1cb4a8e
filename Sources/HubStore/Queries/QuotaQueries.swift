// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    public func quota(of account: Int64) throws -> StorageQuota {
        let statement = try db.cachedStatement(sql: "SELECT bytes FROM quota WHERE account_id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [account]) else { return .standard }
        let bytes: Int64? = try row.optional("bytes")
        return bytes.map(StorageQuota.bytes) ?? .unlimited
    }

    /// All accounts by name, at most `limit` after `name`.
    public func accounts(after name: String, limit: Int) throws -> [AccountRecord] {
        try Row.fetchAll(
            db,
            sql: "SELECT \(AccountRecord.columns) FROM account WHERE name_key > ? ORDER BY name_key LIMIT ?",
            arguments: [name, limit]
        ).map(AccountRecord.init)
    }
}

extension WriteTransaction {
    public func setQuota(_ quota: StorageQuota, of account: Int64) throws {
        switch quota {
        case .standard: try db.execute(sql: "DELETE FROM quota WHERE account_id = ?", arguments: [account])
        case .unlimited: try insertQuota(nil, of: account)
        case .bytes(let bytes): try insertQuota(bytes, of: account)
        }
    }

    private func insertQuota(_ bytes: Int64?, of account: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO quota (account_id, bytes) VALUES (?, ?)
                ON CONFLICT DO UPDATE SET bytes = excluded.bytes
                """,
            arguments: [account, bytes]
        )
    }
}
