// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// A discussion or a pull request, with its author.
public struct DiscussionRecord: Sendable {
    public let id: Int64
    /// 24 hex digits.
    public let publicID: String
    public let repoID: Int64
    public let number: Int64
    public let isPullRequest: Bool
    public let title: String
    public let status: DiscussionStatus
    /// `nil` once the account is gone.
    public let author: AccountRecord?
    /// The branch a pull request is for, in full.
    public let base: String?
    public let mergeOID: GitOID?
    /// Once merged: the commit that the branch and the pull request both began with.
    public let mergeBaseOID: GitOID?
    /// Once merged: the last commit of the pull request.
    public let headOID: GitOID?
    public let isPinned: Bool
    public let isLocked: Bool
    public let comments: Int64
    public let createdAt: Timestamp
    public let updatedAt: Timestamp

    /// The ref of a pull request.
    public var ref: String { RefName.pullRequestsPrefix + String(number) }

    static let columns = """
        discussion.id AS discussion_id, discussion.public_id AS discussion_public_id, discussion.repo_id,
        discussion.num, discussion.is_pull_request, discussion.title, discussion.status, discussion.base,
        discussion.merge_oid, discussion.merge_base_oid, discussion.head_oid, discussion.pinned, discussion.locked,
        discussion.comments, discussion.created_at AS discussion_created_at,
        discussion.updated_at AS discussion_updated_at, author.*
        """
    static let source = "discussion LEFT JOIN account AS author ON author.id = discussion.author_id"

    init(_ row: Row) throws {
        id = try row.value("discussion_id")
        publicID = try row.value("discussion_public_id")
        repoID = try row.value("repo_id")
        number = try row.value("num")
        isPullRequest = try row.value("is_pull_request")
        title = try row.value("title")
        status = try row.choice("status")
        author = try AccountRecord(joined: row)
        base = try row.optional("base")
        mergeOID = try row.optionalOID("merge_oid")
        mergeBaseOID = try row.optionalOID("merge_base_oid")
        headOID = try row.optionalOID("head_oid")
        isPinned = try row.value("pinned")
        isLocked = try row.value("locked")
        comments = try row.value("comments")
        createdAt = try row.time("discussion_created_at")
        updatedAt = try row.time("discussion_updated_at")
    }
}

/// Something that happened in a discussion.
public struct DiscussionEventRecord: Sendable {
    public let id: Int64
    /// 24 hex digits.
    public let publicID: String
    public let discussionID: Int64
    /// `comment`, `commit`, `status-change`, `title-change` …
    public let type: String
    public let author: AccountRecord?
    /// A JSON object; for comments empty, or what the comment is about.
    public let data: String
    public let createdAt: Timestamp
    /// When the comment was hidden.
    public let hiddenAt: Timestamp?

    static let columns = """
        discussion_event.id AS event_id, discussion_event.public_id AS event_public_id, discussion_event.discussion_id,
        discussion_event.type, discussion_event.data, discussion_event.created_at AS event_created_at,
        discussion_event.hidden_at, author.*
        """
    static let source = "discussion_event LEFT JOIN account AS author ON author.id = discussion_event.author_id"

    init(_ row: Row) throws {
        id = try row.value("event_id")
        publicID = try row.value("event_public_id")
        discussionID = try row.value("discussion_id")
        type = try row.value("type")
        author = try AccountRecord(joined: row)
        data = try row.value("data")
        createdAt = try row.time("event_created_at")
        hiddenAt = try row.optionalTime("hidden_at")
    }
}

/// One version of a comment's text.
public struct CommentText: Sendable {
    public let author: AccountRecord?
    public let raw: String
    public let createdAt: Timestamp

    init(_ row: Row) throws {
        author = try AccountRecord(joined: row)
        raw = try row.value("raw")
        createdAt = try row.time("text_created_at")
    }
}

extension AccountRecord {
    /// The account of an outer join, if there is one.
    init?(joined row: Row) throws {
        guard try row.optional("public_id", as: String.self) != nil else { return nil }
        try self.init(row)
    }
}
