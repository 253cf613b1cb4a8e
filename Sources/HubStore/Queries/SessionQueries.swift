// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

extension ReadTransaction {
    /// What goes on at `?2`, and so does the token it began with, and its account.
    private static let going = """
        FROM session JOIN account ON account.id = session.account_id LEFT JOIN token ON token.id = session.token_id
        WHERE session.expires_at > ?2 AND account.disabled_at IS NULL AND (
            session.token_id IS NULL OR token.revoked_at IS NULL AND coalesce(token.expires_at > ?2, true)
        )
        """

    /// The session and whom it is of, if it goes on.
    public func session(hash: [UInt8], at now: Timestamp) throws -> (session: SessionRecord, account: AccountRecord)? {
        let row = try Row.fetchOne(
            db,
            sql: "SELECT session.*, token.expires_at AS token_expires_at \(Self.going) AND session.hash = ?1",
            arguments: [Data(hash), now.milliseconds]
        )
        guard let row, let account = try account(id: try row.value("account_id")) else { return nil }
        return (try SessionRecord(row), account)
    }

    /// An account's sessions that go on, the latest first.
    public func sessions(ofAccount id: Int64, at now: Timestamp) throws -> [SessionRecord] {
        try Row.fetchAll(
            db,
            sql:
                "SELECT session.*, token.expires_at AS token_expires_at \(Self.going) AND session.account_id = ?1 ORDER BY session.created_at DESC",
            arguments: [id, now.milliseconds]
        ).map(SessionRecord.init)
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
        means: String,
        address: String?,
        agent: String?,
        expiresAt: Timestamp,
        at now: Timestamp
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO session
                    (hash, account_id, token_id, created_at, expires_at, last_used_at, address, agent, means)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Data(hash), account, token, now.milliseconds, expiresAt.milliseconds, now.milliseconds, address, agent,
                means,
            ]
        )
    }

    public func touchSession(hash: [UInt8], at now: Timestamp) throws {
        try db.execute(
            sql: "UPDATE session SET last_used_at = ? WHERE hash = ?",
            arguments: [now.milliseconds, Data(hash)]
        )
    }

    /// Ends all of an account's sessions but one. Returns how many there were.
    public func deleteSessions(ofAccount id: Int64, except hash: [UInt8]?) throws -> Int {
        try db.execute(
            sql: "DELETE FROM session WHERE account_id = ? AND hash IS NOT ?",
            arguments: [id, hash.map { Data($0) }]
        )
        return db.changesCount
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
