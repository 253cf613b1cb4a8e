// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// A place in a list that is ordered by time, newest first: the row's time and id.
public struct TimeCursor: Sendable, Hashable {
    public let at: Timestamp
    public let id: Int64

    public init(at: Timestamp, id: Int64) {
        self.at = at
        self.id = id
    }
}

extension ReadTransaction {
    /// Who likes a repo, the latest first; at most `limit` of them.
    public func likers(
        ofRepo id: Int64,
        after: TimeCursor?,
        limit: Int
    ) throws -> [(account: AccountRecord, at: Timestamp)] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT account.*, repo_like.created_at AS liked_at
                FROM repo_like JOIN account ON account.id = repo_like.account_id
                WHERE repo_like.repo_id = ? AND (? IS NULL OR (repo_like.created_at, account.id) < (?, ?))
                ORDER BY repo_like.created_at DESC, account.id DESC LIMIT ?
                """
        )
        let (at, account) = (after?.at.milliseconds, after?.id)
        return try Row.fetchAll(statement, arguments: [id, at, at, account, limit]).map {
            (try AccountRecord($0), try $0.time("liked_at"))
        }
    }

    public func isLiked(repo: Int64, byAccount account: Int64) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM repo_like WHERE account_id = ? AND repo_id = ?)",
            arguments: [account, repo]
        ) ?? false
    }

    /// What an account likes of what somebody may see, the latest first; at most `limit`.
    public func likes(
        ofAccount id: Int64,
        scope: VisibilityScope,
        after: TimeCursor?,
        limit: Int
    ) throws -> [(repo: RepoRecord, at: Timestamp)] {
        let (visible, visibleArguments) = scope.sql
        let (at, repo) = (after?.at.milliseconds, after?.id)
        let arguments: StatementArguments = [id, at, at, repo]
        return try Row.fetchAll(
            db,
            sql: """
                SELECT \(RepoRecord.columns), repo_like.created_at AS liked_at
                FROM \(RepoRecord.source) JOIN repo_like ON repo_like.repo_id = repo.id
                WHERE repo_like.account_id = ? AND (? IS NULL OR (repo_like.created_at, repo.id) < (?, ?))
                    AND \(visible)
                ORDER BY repo_like.created_at DESC, repo.id DESC LIMIT ?
                """,
            arguments: arguments + visibleArguments + [limit]
        ).map { (try RepoRecord($0), try $0.time("liked_at")) }
    }
}

extension WriteTransaction {
    /// Adds or takes back a like and keeps the repo's count; `false` if that is how it was already.
    public func setLike(_ isLiked: Bool, account: Int64, repo: Int64, at now: Timestamp) throws -> Bool {
        if isLiked {
            try db.execute(
                sql: "INSERT INTO repo_like (account_id, repo_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [account, repo, now.milliseconds]
            )
        } else {
            try db.execute(
                sql: "DELETE FROM repo_like WHERE account_id = ? AND repo_id = ?",
                arguments: [account, repo]
            )
        }
        guard db.changesCount > 0 else { return false }
        // Ten times the likes of the last days is what the daily reckoning of `trending` adds, too.
        try db.execute(
            sql: "UPDATE repo SET likes = likes + ?, trending = max(0, trending + ?) WHERE id = ?",
            arguments: [isLiked ? 1 : -1, isLiked ? 10 : -10, repo]
        )
        return true
    }
}
