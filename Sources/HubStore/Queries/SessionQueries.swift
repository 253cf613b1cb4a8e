// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

extension ReadTransaction {
    /// Whom the session is of, if it goes on, and so does the token it began with.
    public func sessionAccount(hash: [UInt8], at now: Timestamp) throws -> AccountRecord? {
        let id = try Int64.fetchOne(
            db,
            sql: """
                SELECT session.account_id FROM session LEFT JOIN token ON token.id = session.token_id
                WHERE session.hash = ?1 AND session.expires_at > ?2 AND (
                    session.token_id IS NULL
                    OR token.revoked_at IS NULL AND coalesce(token.expires_at > ?2, true)
                )
                """,
            arguments: [Data(hash), now.milliseconds]
        )
        return try id.flatMap { try account(id: $0) }
    }

    /// Whom an identity provider means.
    public func account(issuer: String, subject: String) throws -> AccountRecord? {
        try Int64.fetchOne(
            db,
            sql: "SELECT account_id FROM identity WHERE issuer = ? AND subject = ?",
            arguments: [issuer, subject]
        ).flatMap { try account(id: $0) }
    }
}

extension WriteTransaction {
    public func insertSession(
        hash: [UInt8],
        account: Int64,
        token: Int64?,
        expiresAt: Timestamp,
        at now: Timestamp
    ) throws {
        try db.execute(
            sql: "INSERT INTO session (hash, account_id, token_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [Data(hash), account, token, now.milliseconds, expiresAt.milliseconds]
        )
    }

    public func deleteSession(hash: [UInt8]) throws {
        try db.execute(sql: "DELETE FROM session WHERE hash = ?", arguments: [Data(hash)])
    }

    public func insertIdentity(issuer: String, subject: String, account: Int64, at now: Timestamp) throws {
        try db.execute(
            sql: "INSERT INTO identity (issuer, subject, account_id, created_at) VALUES (?, ?, ?, ?)",
            arguments: [issuer, subject, account, now.milliseconds]
        )
    }
}
