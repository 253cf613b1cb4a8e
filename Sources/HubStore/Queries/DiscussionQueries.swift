// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// Which of a repo's discussions are wanted.
public struct DiscussionFilter: Sendable {
    public var isPullRequest: Bool?
    /// Of these statuses only; all if there are none.
    public var statuses: [DiscussionStatus] = []
    /// The author's account.
    public var author: Int64?

    public init() {}

    fileprivate var sql: (String, StatementArguments) {
        var conditions: [String] = []
        var arguments = StatementArguments()
        if let isPullRequest {
            conditions.append("discussion.is_pull_request = ?")
            arguments += [isPullRequest]
        }
        if !statuses.isEmpty {
            conditions.append("discussion.status IN (\(statuses.map { _ in "?" }.joined(separator: ", ")))")
            arguments += StatementArguments(statuses.map(\.rawValue))
        }
        if let author {
            conditions.append("discussion.author_id = ?")
            arguments += [author]
        }
        return (conditions.map { " AND " + $0 }.joined(), arguments)
    }
}

extension ReadTransaction {
    public func discussion(_ number: Int64, repo: Int64) throws -> DiscussionRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(DiscussionRecord.columns) FROM \(DiscussionRecord.source)
                WHERE discussion.repo_id = ? AND discussion.num = ?
                """
        )
        return try Row.fetchOne(statement, arguments: [repo, number]).map(DiscussionRecord.init)
    }

    public func discussion(id: Int64) throws -> DiscussionRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(DiscussionRecord.columns) FROM \(DiscussionRecord.source) WHERE discussion.id = ?"
        )
        return try Row.fetchOne(statement, arguments: [id]).map(DiscussionRecord.init)
    }

    /// - Parameter publicID: 24 hex digits.
    public func discussion(publicID: String) throws -> DiscussionRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(DiscussionRecord.columns) FROM \(DiscussionRecord.source) WHERE discussion.public_id = ?"
        )
        return try Row.fetchOne(statement, arguments: [publicID]).map(DiscussionRecord.init)
    }

    /// A repo's discussions, the pinned ones first, then the newest; at most `limit` from `offset` on.
    public func discussions(
        repo: Int64,
        _ filter: DiscussionFilter,
        offset: Int64,
        limit: Int
    ) throws -> [DiscussionRecord] {
        let (conditions, arguments) = filter.sql
        return try Row.fetchAll(
            db,
            sql: """
                SELECT \(DiscussionRecord.columns) FROM \(DiscussionRecord.source)
                WHERE discussion.repo_id = ?\(conditions)
                ORDER BY discussion.pinned DESC, discussion.num DESC LIMIT ? OFFSET ?
                """,
            arguments: StatementArguments([repo]) + arguments + [limit, offset]
        ).map(DiscussionRecord.init)
    }

    public func discussionCount(repo: Int64, _ filter: DiscussionFilter) throws -> Int64 {
        let (conditions, arguments) = filter.sql
        return try Int64.fetchOne(
            db,
            sql: "SELECT count(*) FROM discussion WHERE discussion.repo_id = ?\(conditions)",
            arguments: StatementArguments([repo]) + arguments
        ) ?? 0
    }

    /// How many discussions and pull requests an account has opened on repos that somebody may see.
    public func discussionCount(ofAuthor account: Int64, scope: VisibilityScope) throws -> Int64 {
        let (visible, arguments) = scope.sql
        return try Int64.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM discussion JOIN repo ON repo.id = discussion.repo_id
                WHERE discussion.author_id = ? AND \(visible)
                """,
            arguments: StatementArguments([account]) + arguments
        ) ?? 0
    }

    /// All that happened in a discussion, in its order.
    public func discussionEvents(_ discussion: Int64) throws -> [DiscussionEventRecord] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(DiscussionEventRecord.columns) FROM \(DiscussionEventRecord.source)
                WHERE discussion_event.discussion_id = ? ORDER BY discussion_event.id
                """
        )
        return try Row.fetchAll(statement, arguments: [discussion]).map(DiscussionEventRecord.init)
    }

    /// - Parameter publicID: 24 hex digits.
    public func discussionEvent(_ publicID: String, discussion: Int64) throws -> DiscussionEventRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(DiscussionEventRecord.columns) FROM \(DiscussionEventRecord.source)
                WHERE discussion_event.public_id = ? AND discussion_event.discussion_id = ?
                """
        )
        return try Row.fetchOne(statement, arguments: [publicID, discussion]).map(DiscussionEventRecord.init)
    }

    /// The versions of a comment, the first one first.
    public func commentTexts(_ event: Int64) throws -> [CommentText] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT comment_text.raw, comment_text.created_at AS text_created_at, author.*
                FROM comment_text LEFT JOIN account AS author ON author.id = comment_text.author_id
                WHERE comment_text.event_id = ? ORDER BY comment_text.version
                """
        )
        return try Row.fetchAll(statement, arguments: [event]).map(CommentText.init)
    }

    /// Who has reacted to a comment, by what they put.
    public func reactions(_ event: Int64) throws -> [(reaction: String, users: [String])] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT comment_reaction.reaction, account.name FROM comment_reaction
                JOIN account ON account.id = comment_reaction.account_id
                WHERE comment_reaction.event_id = ? ORDER BY comment_reaction.reaction, comment_reaction.created_at
                """
        )
        var found: [(reaction: String, users: [String])] = []
        for row in try Row.fetchAll(statement, arguments: [event]) {
            let reaction: String = try row.value("reaction")
            if found.last?.reaction != reaction { found.append((reaction, [])) }
            found[found.count - 1].users.append(try row.value("name"))
        }
        return found
    }

    /// Whom a comment names, by name.
    public func mentions(_ event: Int64) throws -> [AccountRecord] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT account.* FROM comment_mention JOIN account ON account.id = comment_mention.account_id
                WHERE comment_mention.event_id = ? ORDER BY account.name_key
                """
        )
        return try Row.fetchAll(statement, arguments: [event]).map(AccountRecord.init)
    }

    /// Everybody who has written in a discussion or was named in it.
    public func participants(_ discussion: Int64) throws -> Set<Int64> {
        let statement = try db.cachedStatement(
            sql: """
                SELECT author_id AS id FROM discussion_event WHERE discussion_id = ?1 AND author_id IS NOT NULL
                UNION SELECT author_id FROM discussion WHERE id = ?1 AND author_id IS NOT NULL
                UNION SELECT comment_mention.account_id FROM comment_mention
                JOIN discussion_event ON discussion_event.id = comment_mention.event_id
                WHERE discussion_event.discussion_id = ?1
                """
        )
        return Set(try Int64.fetchAll(statement, arguments: [discussion]))
    }
}

extension WriteTransaction {
    /// Opens a discussion, or a pull request for the branch `base`, under the repo's next number.
    public func insertDiscussion(
        publicID: String,
        repo: Int64,
        title: String,
        status: DiscussionStatus,
        author: Int64,
        base: String?,
        at now: Timestamp
    ) throws -> DiscussionRecord {
        try db.execute(
            sql: """
                INSERT INTO discussion
                    (public_id, repo_id, num, is_pull_request, title, status, author_id, base, created_at, updated_at)
                SELECT ?, ?, coalesce(max(num), 0) + 1, ?, ?, ?, ?, ?, ?, ? FROM discussion WHERE repo_id = ?
                """,
            arguments: [
                publicID, repo, base != nil, title, status.rawValue, author, base, now.milliseconds, now.milliseconds,
                repo,
            ]
        )
        guard let discussion = try read.discussion(id: db.lastInsertedRowID) else {
            throw HubError(.internal, "The discussion just opened is not there")
        }
        return discussion
    }

    public func insertDiscussionEvent(
        publicID: String,
        discussion: Int64,
        type: String,
        author: Int64?,
        data: String = "{}",
        at now: Timestamp
    ) throws -> DiscussionEventRecord {
        try db.execute(
            sql: """
                INSERT INTO discussion_event (public_id, discussion_id, type, author_id, data, created_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [publicID, discussion, type, author, data, now.milliseconds]
        )
        try db.execute(
            sql: "UPDATE discussion SET updated_at = ?, comments = comments + ? WHERE id = ?",
            arguments: [now.milliseconds, type == "comment" ? 1 : 0, discussion]
        )
        guard let event = try read.discussionEvent(publicID, discussion: discussion) else {
            throw HubError(.internal, "The event just recorded is not there")
        }
        return event
    }

    /// Gives a comment its text, or another one.
    public func addCommentText(_ raw: String, to event: Int64, author: Int64?, at now: Timestamp) throws {
        try db.execute(
            sql: """
                INSERT INTO comment_text (event_id, version, author_id, raw, created_at)
                SELECT ?, coalesce(max(version), 0) + 1, ?, ?, ? FROM comment_text WHERE event_id = ?
                """,
            arguments: [event, author, raw, now.milliseconds, event]
        )
    }

    /// Hides a comment: its texts, reactions and mentions are gone for good.
    public func hideComment(_ event: Int64, by account: Int64, at now: Timestamp) throws {
        for table in ["comment_text", "comment_reaction", "comment_mention"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE event_id = ?", arguments: [event])
        }
        try db.execute(
            sql: "UPDATE discussion_event SET hidden_at = ?, hidden_by = ? WHERE id = ?",
            arguments: [now.milliseconds, account, event]
        )
    }

    public func setMentions(_ accounts: Set<Int64>, of event: Int64) throws {
        try db.execute(sql: "DELETE FROM comment_mention WHERE event_id = ?", arguments: [event])
        for account in accounts {
            try db.execute(
                sql: "INSERT INTO comment_mention (event_id, account_id) VALUES (?, ?)",
                arguments: [event, account]
            )
        }
    }

    public func setReaction(
        _ isSet: Bool,
        _ reaction: String,
        event: Int64,
        account: Int64,
        at now: Timestamp
    ) throws {
        if isSet {
            try db.execute(
                sql: """
                    INSERT INTO comment_reaction (event_id, account_id, reaction, created_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """,
                arguments: [event, account, reaction, now.milliseconds]
            )
        } else {
            try db.execute(
                sql: "DELETE FROM comment_reaction WHERE event_id = ? AND account_id = ? AND reaction = ?",
                arguments: [event, account, reaction]
            )
        }
    }

    public func setDiscussionTitle(_ title: String, _ discussion: Int64) throws {
        try db.execute(sql: "UPDATE discussion SET title = ? WHERE id = ?", arguments: [title, discussion])
    }

    public func setDiscussionStatus(_ status: DiscussionStatus, _ discussion: Int64) throws {
        try db.execute(sql: "UPDATE discussion SET status = ? WHERE id = ?", arguments: [status.rawValue, discussion])
    }

    public func setDiscussionPinned(_ isPinned: Bool, _ discussion: Int64) throws {
        try db.execute(sql: "UPDATE discussion SET pinned = ? WHERE id = ?", arguments: [isPinned, discussion])
    }

    public func setDiscussionLocked(_ isLocked: Bool, _ discussion: Int64) throws {
        try db.execute(sql: "UPDATE discussion SET locked = ? WHERE id = ?", arguments: [isLocked, discussion])
    }

    /// Notes that a pull request is merged.
    /// - Parameters:
    ///   - oid: what the branch is at now.
    ///   - base: what the pull request is compared with.
    ///   - head: its last commit.
    public func setMerged(_ oid: GitOID, base: GitOID?, head: GitOID, _ discussion: Int64) throws {
        try db.execute(
            sql: """
                UPDATE discussion SET status = 'merged', merge_oid = ?, merge_base_oid = ?, head_oid = ? WHERE id = ?
                """,
            arguments: [oid.data, base?.data, head.data, discussion]
        )
    }
}
