// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

/// An invitation to sign up, without its code: the database has only that one's SHA-256.
public struct InvitationRecord: Sendable, Hashable {
    public let id: Int64
    /// The name of who made it; `nil` is the operator, or an account that is gone.
    public let creator: String?
    public let uses: Int64
    public let usesLeft: Int64
    public let createdAt: Timestamp
    public let expiresAt: Timestamp

    init(_ row: Row) throws {
        id = try row.value("id")
        creator = try row.optional("creator")
        uses = try row.value("uses")
        usesLeft = try row.value("uses_left")
        createdAt = try row.time("created_at")
        expiresAt = try row.time("expires_at")
    }
}

extension ReadTransaction {
    private static let selection = """
        SELECT invitation.*, account.name AS creator
        FROM invitation LEFT JOIN account ON account.id = invitation.creator_id
        """

    /// Those that still admit somebody, the latest first.
    public func invitations(at now: Timestamp) throws -> [InvitationRecord] {
        try Row.fetchAll(
            db,
            sql: "\(Self.selection) WHERE uses_left > 0 AND expires_at > ? ORDER BY invitation.id DESC",
            arguments: [now.milliseconds]
        ).map(InvitationRecord.init)
    }

    /// The invitation with that code, if it still admits somebody.
    public func invitation(hash: [UInt8], at now: Timestamp) throws -> InvitationRecord? {
        try Row.fetchOne(
            db,
            sql: "\(Self.selection) WHERE hash = ? AND uses_left > 0 AND expires_at > ?",
            arguments: [Data(hash), now.milliseconds]
        ).map(InvitationRecord.init)
    }
}

extension WriteTransaction {
    public func insertInvitation(
        hash: [UInt8],
        creator: Int64?,
        uses: Int64,
        expiresAt: Timestamp,
        at now: Timestamp
    ) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO invitation (hash, creator_id, uses, uses_left, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [Data(hash), creator, uses, uses, now.milliseconds, expiresAt.milliseconds]
        )
        return db.lastInsertedRowID
    }

    /// Takes one use away. Returns whether there was one.
    public func useInvitation(id: Int64, at now: Timestamp) throws -> Bool {
        try db.execute(
            sql: "UPDATE invitation SET uses_left = uses_left - 1 WHERE id = ? AND uses_left > 0 AND expires_at > ?",
            arguments: [id, now.milliseconds]
        )
        return db.changesCount > 0
    }

    /// Returns whether it was there.
    public func deleteInvitation(id: Int64) throws -> Bool {
        try db.execute(sql: "DELETE FROM invitation WHERE id = ?", arguments: [id])
        return db.changesCount > 0
    }
}
