// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// That something happened in a discussion somebody has to do with.
public struct NotificationRecord: Sendable {
    public enum Reason: String, Sendable {
        case owner, participating, mention
    }

    public let discussion: DiscussionRecord
    public let reason: Reason
    public let updatedAt: Timestamp
    public let isRead: Bool
}

/// Which notifications are wanted.
public struct NotificationFilter: Sendable {
    public var isRead: Bool?
    public var reason: NotificationRecord.Reason?
    public var repo: Int64?

    public init() {}

    fileprivate var sql: (String, StatementArguments) {
        var conditions: [String] = []
        var arguments = StatementArguments()
        if let isRead { conditions.append("notification.read_at IS \(isRead ? "NOT " : "")NULL") }
        if let reason {
            conditions.append("notification.reason = ?")
            arguments += [reason.rawValue]
        }
        if let repo {
            conditions.append("repo.id = ?")
            arguments += [repo]
        }
        return (conditions.map { " AND " + $0 }.joined(), arguments)
    }
}

extension ReadTransaction {
    private static let notificationSource = """
        \(DiscussionRecord.source) JOIN notification ON notification.discussion_id = discussion.id
        JOIN repo ON repo.id = discussion.repo_id
        """

    /// What an account was told of on repos it may see, the latest first; at most `limit` from `offset` on.
    public func notifications(
        ofAccount account: Int64,
        _ filter: NotificationFilter,
        scope: VisibilityScope,
        offset: Int64,
        limit: Int
    ) throws -> [NotificationRecord] {
        let (conditions, arguments) = filter.sql
        let (visible, visibleArguments) = scope.sql
        return try Row.fetchAll(
            db,
            sql: """
                SELECT \(DiscussionRecord.columns), notification.reason, notification.updated_at AS notified_at,
                    notification.read_at
                FROM \(Self.notificationSource)
                WHERE notification.account_id = ? AND \(visible)\(conditions)
                ORDER BY notification.updated_at DESC, notification.discussion_id DESC LIMIT ? OFFSET ?
                """,
            arguments: StatementArguments([account]) + visibleArguments + arguments + [limit, offset]
        ).map { row in
            NotificationRecord(
                discussion: try DiscussionRecord(row),
                reason: try row.choice("reason"),
                updatedAt: try row.time("notified_at"),
                isRead: try row.optionalTime("read_at") != nil
            )
        }
    }

    public func notificationCount(
        ofAccount account: Int64,
        _ filter: NotificationFilter,
        scope: VisibilityScope
    ) throws -> Int64 {
        let (conditions, arguments) = filter.sql
        let (visible, visibleArguments) = scope.sql
        return try Int64.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM \(Self.notificationSource)
                WHERE notification.account_id = ? AND \(visible)\(conditions)
                """,
            arguments: StatementArguments([account]) + visibleArguments + arguments
        ) ?? 0
    }
}

extension WriteTransaction {
    /// Tells an account of what happened in a discussion; a mention stays one.
    public func notify(
        _ account: Int64,
        of discussion: Int64,
        _ reason: NotificationRecord.Reason,
        at now: Timestamp
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO notification (account_id, discussion_id, reason, updated_at) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET updated_at = excluded.updated_at, read_at = NULL,
                    reason = iif(notification.reason = 'mention', 'mention', excluded.reason)
                """,
            arguments: [account, discussion, reason.rawValue, now.milliseconds]
        )
    }

    /// Marks notifications as read or as unread.
    /// - Parameter discussion: of one discussion only.
    public func setNotificationsRead(
        _ isRead: Bool,
        ofAccount account: Int64,
        discussion: Int64?,
        at now: Timestamp
    ) throws {
        try db.execute(
            sql: """
                UPDATE notification SET read_at = ?
                WHERE account_id = ? AND discussion_id = coalesce(?, discussion_id)
                """,
            arguments: [isRead ? now.milliseconds : nil, account, discussion]
        )
    }
}
