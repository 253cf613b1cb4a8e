// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// Something that somebody did to a repo.
public struct EventRecord: Sendable {
    public let id: Int64
    /// `repo.create`, `commit`, `like.create` …
    public let kind: String
    public let account: AccountRecord
    public let repoID: Int64
    /// A JSON object.
    public let data: String
    public let createdAt: Timestamp
}

extension ReadTransaction {
    /// What accounts did to repos that somebody may see, the latest first; at most `limit`, those before the id `before`.
    public func events(
        ofAccounts accounts: [Int64],
        kinds: [String],
        scope: VisibilityScope,
        before: Int64?,
        limit: Int
    ) throws -> [EventRecord] {
        guard !accounts.isEmpty, !kinds.isEmpty else { return [] }
        func marks(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }
        let (visible, visibleArguments) = scope.sql
        return try Row.fetchAll(
            db,
            sql: """
                SELECT event.id AS event_id, event.kind AS event_kind, event.repo_id, event.data,
                    event.created_at AS event_at, account.*
                FROM event JOIN account ON account.id = event.account_id JOIN repo ON repo.id = event.repo_id
                WHERE event.account_id IN (\(marks(accounts.count))) AND event.kind IN (\(marks(kinds.count)))
                    AND event.id < ? AND \(visible)
                ORDER BY event.id DESC LIMIT ?
                """,
            arguments: StatementArguments(accounts) + StatementArguments(kinds) + [before ?? .max]
                + visibleArguments + [limit]
        ).map { row in
            EventRecord(
                id: try row.value("event_id"),
                kind: try row.value("event_kind"),
                account: try AccountRecord(row),
                repoID: try row.value("repo_id"),
                data: try row.value("data"),
                createdAt: try row.time("event_at")
            )
        }
    }

    /// Whom an account follows, users and organisations, the latest first.
    public func followed(byAccount account: Int64, limit: Int) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: "SELECT account_id FROM follow WHERE follower_id = ? ORDER BY created_at DESC LIMIT ?",
            arguments: [account, limit]
        )
    }

    /// The users in an organisation.
    public func memberIDs(ofOrganisation id: Int64, limit: Int) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: "SELECT user_id FROM membership WHERE org_id = ? ORDER BY user_id LIMIT ?",
            arguments: [id, limit]
        )
    }
}

extension WriteTransaction {
    /// Appends to the record of what happened.
    /// - Parameters:
    ///   - kind: `repo.create`, `repo.delete`, `commit`, `ref.update`, `token.create` …
    ///   - data: a JSON object.
    public func appendEvent(
        _ kind: String,
        account: Int64?,
        repo: Int64?,
        data: String = "{}",
        at now: Timestamp
    ) throws {
        try db.execute(
            sql: "INSERT INTO event (created_at, kind, account_id, repo_id, data) VALUES (?, ?, ?, ?, ?)",
            arguments: [now.milliseconds, kind, account, repo, data]
        )
    }
}
