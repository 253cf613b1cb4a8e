// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// An account in a list of people, and whether the one who asks follows it.
public struct PersonRow: Sendable {
    public let account: AccountRecord
    public let isFollowed: Bool
}

extension ReadTransaction {
    /// Whether `viewer` follows `account`; nobody follows nothing.
    private static let isFollowed =
        "EXISTS (SELECT 1 FROM follow AS mine WHERE mine.follower_id = ? AND mine.account_id = account.id) AS is_followed"

    /// Members of an organisation by name, those after the name key `after`; at most `limit`.
    /// - Parameter email: only the one with this address, in any case.
    public func members(
        ofOrganisation id: Int64,
        email: String? = nil,
        after: String?,
        limit: Int,
        viewer: Int64?
    ) throws -> [(person: PersonRow, role: Role)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT account.*, membership.role, \(Self.isFollowed)
                FROM membership JOIN account ON account.id = membership.user_id
                WHERE membership.org_id = ? AND account.name_key > coalesce(?, '')
                    AND (? IS NULL OR lower(account.email) = lower(?))
                ORDER BY account.name_key LIMIT ?
                """,
            arguments: [viewer, id, after, email, email, limit]
        ).map { (try Self.person($0), try $0.choice("role")) }
    }

    public func role(ofUser user: Int64, inOrganisation id: Int64) throws -> Role? {
        let sql = "SELECT role FROM membership WHERE org_id = ? AND user_id = ?"
        return try Row.fetchOne(db, sql: sql, arguments: [id, user]).map { try $0.choice("role") }
    }

    /// How many members an organisation has, all of them or those in one role.
    public func memberCount(ofOrganisation id: Int64, role: Role? = nil) throws -> Int64 {
        try Int64.fetchOne(
            db,
            sql: "SELECT count(*) FROM membership WHERE org_id = ? AND role = coalesce(?, role)",
            arguments: [id, role?.rawValue]
        ) ?? 0
    }

    /// Who follows an account, the latest first; at most `limit`.
    public func followers(
        ofAccount id: Int64,
        after: TimeCursor?,
        limit: Int,
        viewer: Int64?
    ) throws -> [(person: PersonRow, at: Timestamp)] {
        let (at, last) = (after?.at.milliseconds, after?.id)
        return try Row.fetchAll(
            db,
            sql: """
                SELECT account.*, follow.created_at AS followed_at, \(Self.isFollowed)
                FROM follow JOIN account ON account.id = follow.follower_id
                WHERE follow.account_id = ? AND (? IS NULL OR (follow.created_at, follow.follower_id) < (?, ?))
                ORDER BY follow.created_at DESC, follow.follower_id DESC LIMIT ?
                """,
            arguments: [viewer, id, at, at, last, limit]
        ).map { (try Self.person($0), try $0.time("followed_at")) }
    }

    /// Whom of the users a user follows, the latest first; at most `limit`.
    public func following(
        ofAccount id: Int64,
        after: TimeCursor?,
        limit: Int,
        viewer: Int64?
    ) throws -> [(person: PersonRow, at: Timestamp)] {
        let (at, last) = (after?.at.milliseconds, after?.id)
        return try Row.fetchAll(
            db,
            sql: """
                SELECT account.*, follow.created_at AS followed_at, \(Self.isFollowed)
                FROM follow JOIN account ON account.id = follow.account_id
                WHERE follow.follower_id = ? AND account.kind = 'user'
                    AND (? IS NULL OR (follow.created_at, follow.account_id) < (?, ?))
                ORDER BY follow.created_at DESC, follow.account_id DESC LIMIT ?
                """,
            arguments: [viewer, id, at, at, last, limit]
        ).map { (try Self.person($0), try $0.time("followed_at")) }
    }

    public func isFollowing(_ follower: Int64, _ account: Int64) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM follow WHERE follower_id = ? AND account_id = ?)",
            arguments: [follower, account]
        ) ?? false
    }

    public func followerCount(ofAccount id: Int64) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT count(*) FROM follow WHERE account_id = ?", arguments: [id]) ?? 0
    }

    /// How many users a user follows.
    public func followingCount(ofAccount id: Int64) throws -> Int64 {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM follow JOIN account ON account.id = follow.account_id
                WHERE follow.follower_id = ? AND account.kind = 'user'
                """,
            arguments: [id]
        ) ?? 0
    }

    /// How many repos of each kind a namespace has that somebody may see.
    public func repoCounts(ofOwner id: Int64, scope: VisibilityScope) throws -> [RepoKind: Int64] {
        var counts: [RepoKind: Int64] = [:]
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT kind, count(*) AS number FROM repo
                WHERE owner_id = ? AND (visibility = 'public' OR ?) GROUP BY kind
                """,
            arguments: [id, scope.owners.contains(id)]
        )
        for row in rows { counts[try row.choice("kind")] = try row.value("number") }
        return counts
    }

    /// How many repos that somebody may see an account likes.
    public func likeCount(ofAccount id: Int64, scope: VisibilityScope) throws -> Int64 {
        let (visible, arguments) = scope.sql
        return try Int64.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM repo_like JOIN repo ON repo.id = repo_like.repo_id
                WHERE repo_like.account_id = ? AND \(visible)
                """,
            arguments: StatementArguments([id]) + arguments
        ) ?? 0
    }

    private static func person(_ row: Row) throws -> PersonRow {
        PersonRow(account: try AccountRecord(row), isFollowed: try row.value("is_followed"))
    }
}

extension WriteTransaction {
    public func removeMembership(org: Int64, user: Int64) throws {
        try db.execute(sql: "DELETE FROM membership WHERE org_id = ? AND user_id = ?", arguments: [org, user])
    }

    /// Follows, or no longer does; `false` if that is how it was already.
    public func setFollow(_ follows: Bool, follower: Int64, account: Int64, at now: Timestamp) throws -> Bool {
        if follows {
            try db.execute(
                sql: "INSERT INTO follow (follower_id, account_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [follower, account, now.milliseconds]
            )
        } else {
            try db.execute(
                sql: "DELETE FROM follow WHERE follower_id = ? AND account_id = ?",
                arguments: [follower, account]
            )
        }
        return db.changesCount > 0
    }
}
