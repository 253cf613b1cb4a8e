// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

extension ReadTransaction {
    /// The token whose SHA-256 is `hash` (32 bytes), valid or not, with its account.
    public func token(hash: [UInt8]) throws -> (token: TokenRecord, account: AccountRecord)? {
        let statement = try db.cachedStatement(sql: "SELECT \(TokenRecord.columns) FROM token WHERE hash = ?")
        guard let row = try Row.fetchOne(statement, arguments: [Data(hash)]) else { return nil }
        let token = try TokenRecord(row)
        guard let account = try account(id: token.accountID) else { return nil }
        return (token, account)
    }

    /// The token with that number, valid or not, with its account.
    public func token(id: Int64) throws -> (token: TokenRecord, account: AccountRecord)? {
        let statement = try db.cachedStatement(sql: "SELECT \(TokenRecord.columns) FROM token WHERE id = ?")
        guard let token = try Row.fetchOne(statement, arguments: [id]).map(TokenRecord.init),
            let account = try account(id: token.accountID)
        else { return nil }
        return (token, account)
    }

    /// An account's tokens that were not revoked, the latest first.
    public func tokens(ofAccount id: Int64) throws -> [TokenRecord] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(TokenRecord.columns) FROM token
                WHERE account_id = ? AND revoked_at IS NULL ORDER BY id DESC
                """,
            arguments: [id]
        ).map(TokenRecord.init)
    }
}

extension WriteTransaction {
    /// - Throws: ``HubError/Code/conflict`` if the very same token exists.
    public func insertToken(
        account: Int64,
        name: String,
        hash: [UInt8],
        role: TokenRole,
        scopes: [TokenScope],
        canReadGated: Bool = false,
        expiresAt: Timestamp?,
        at now: Timestamp
    ) throws {
        guard try read.token(hash: hash) == nil else { throw HubError(.conflict, "This token is in use already") }
        try db.execute(
            sql: """
                INSERT INTO token (account_id, name, hash, role, scopes, can_read_gated, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                account, name, Data(hash), role.rawValue, try TokenScopeCoding.encode(scopes), canReadGated,
                now.milliseconds, expiresAt?.milliseconds,
            ]
        )
    }

    /// Revokes the account's tokens of that name, that hash, or both. Returns how many were valid until now.
    public func revokeTokens(account: Int64, name: String?, hash: [UInt8]?, at now: Timestamp) throws -> Int {
        try db.execute(
            sql: """
                UPDATE token SET revoked_at = ?
                WHERE account_id = ? AND revoked_at IS NULL AND name = coalesce(?, name) AND hash = coalesce(?, hash)
                """,
            arguments: [now.milliseconds, account, name, hash.map { Data($0) }]
        )
        return db.changesCount
    }

    public func revokeToken(id: Int64, at now: Timestamp) throws {
        try db.execute(
            sql: "UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
            arguments: [now.milliseconds, id]
        )
    }

    /// Notes when tokens were last used, in one go.
    public func touchTokens(_ used: [Int64: Timestamp]) throws {
        let statement = try db.cachedStatement(
            sql: "UPDATE token SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?"
        )
        for (id, moment) in used { try statement.execute(arguments: [moment.milliseconds, id]) }
    }
}
