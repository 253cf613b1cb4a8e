// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// What a user was told of: discussions they own the repo of, take part in, or are named in.
public struct NotificationService: Sendable {
    let hub: Hub

    static let pageSize: Int64 = 20

    /// Which notifications to list.
    public struct Query: Sendable {
        /// `all`, `read` or `unread`.
        public var readStatus: String?
        /// `all`, `participating` or `mentions`.
        public var mention: String?
        public var repo: (RepoKind, RepoID)?
        public var page: Int64 = 0
        public var limit: Int64?

        public init() {}
    }

    /// How many the viewer has not read.
    public func unreadCount(viewer: Viewer) async throws -> Int64 {
        let account = try Self.owner(viewer)
        var unread = NotificationFilter()
        unread.isRead = false
        let filter = unread
        return try await hub.store.read {
            try $0.notificationCount(ofAccount: account, filter, scope: viewer.visibilityScope)
        }
    }

    /// The answer of `GET /api/notifications`.
    public func list(_ query: Query, viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        let limit = min(max(query.limit ?? Self.pageSize, 1), 100)
        let (offset, overflows) = max(query.page, 0).multipliedReportingOverflow(by: limit)
        guard !overflows else { throw HubError(.badRequest, "\"p\" is too large") }
        var filter = NotificationFilter()
        switch query.readStatus {
        case nil, "all": break
        case "read": filter.isRead = true
        case "unread": filter.isRead = false
        default: throw HubError(.badRequest, "\"readStatus\" must be all, read or unread")
        }
        switch query.mention {
        case nil, "all": break
        case "participating": filter.reason = .participating
        case "mentions": filter.reason = .mention
        default: throw HubError(.badRequest, "\"mention\" must be all, participating or mentions")
        }
        let wanted = filter
        return try await hub.store.read { tx in
            var filter = wanted
            if let (kind, id) = query.repo { filter.repo = try tx.repo(kind, id, for: viewer, .see).id }
            let scope = viewer.visibilityScope
            var unread = NotificationFilter()
            unread.isRead = false
            let rows = try tx.notifications(
                ofAccount: account,
                filter,
                scope: scope,
                offset: offset,
                limit: Int(limit)
            )
            let items = try rows.compactMap { row -> JSONValue? in
                guard let repo = try tx.repo(id: row.discussion.repoID) else { return nil }
                return [
                    "type": "repo", "read": .bool(row.isRead), "updatedAt": .string(row.updatedAt.iso8601),
                    "reason": .string(row.reason.rawValue),
                    "repo": ["name": .string(repo.fullName), "type": .string(repo.kind.rawValue)],
                    "discussion": [
                        "id": .string(row.discussion.publicID), "num": .int(row.discussion.number),
                        "title": .string(row.discussion.title), "status": .string(row.discussion.status.rawValue),
                        "isPullRequest": .bool(row.discussion.isPullRequest), "participating": [],
                    ],
                ]
            }
            return [
                "start": .int(offset),
                "count": [
                    "view": .int(try tx.notificationCount(ofAccount: account, filter, scope: scope)),
                    "unread": .int(try tx.notificationCount(ofAccount: account, unread, scope: scope)),
                    "all": .int(try tx.notificationCount(ofAccount: account, NotificationFilter(), scope: scope)),
                ],
                "notifications": .array(items),
            ]
        }
    }

    /// Marks notifications as read, or as unread.
    /// - Parameter discussions: ids of 24 hex digits; `nil` is all. What is no discussion of the viewer's is passed over.
    public func mark(_ discussions: [String]?, read: Bool, viewer: Viewer) async throws {
        let account = try Self.owner(viewer)
        guard viewer.canActForItself else { throw HubError(.forbidden, "This token may not write") }
        let now = hub.clock.now
        guard discussions?.count ?? 0 <= hub.limits.batchObjects else {
            throw HubError(.badRequest, "At most \(hub.limits.batchObjects) discussions at once")
        }
        try await hub.store.write { tx in
            guard let discussions else {
                return try tx.setNotificationsRead(read, ofAccount: account, discussion: nil, at: now)
            }
            for id in discussions {
                guard let discussion = try tx.read.discussion(publicID: id) else { continue }
                try tx.setNotificationsRead(read, ofAccount: account, discussion: discussion.id, at: now)
            }
        }
    }

    private static func owner(_ viewer: Viewer) throws -> Int64 {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to see notifications") }
        return account.id
    }
}
