// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Writes what happens in a repo's discussions, with what follows from it, inside one transaction.
struct DiscussionWriter {
    let tx: WriteTransaction
    let repo: RepoRecord
    let viewer: Viewer
    let now: Timestamp

    /// Characters of a title; a longer one is cut where it comes from a commit.
    static let titleLength = 500
    /// Bytes of a comment.
    static let commentBytes = 64 << 10

    /// Opens a discussion, or a pull request for a branch.
    /// - Parameter base: the branch, in full.
    func open(
        title: String,
        description: String,
        status: DiscussionStatus,
        base: String?
    ) throws -> DiscussionRecord {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to open a discussion") }
        let discussion = try tx.insertDiscussion(
            publicID: RandomID.publicID(),
            repo: repo.id,
            title: title,
            status: status,
            author: account.id,
            base: base,
            at: now
        )
        var comment: DiscussionEventRecord?
        if !description.isEmpty { comment = try insertComment(description, discussion) }
        try notify(discussion)
        let data: JSONValue = ["num": .int(discussion.number), "isPullRequest": .bool(base != nil)]
        try tx.appendEvent("discussion.create", account: account.id, repo: repo.id, data: data.serialized, at: now)
        try announce(.create, .discussion, discussion, comment)
        return discussion
    }

    /// - Parameter about: what the comment is about, if not the whole.
    func comment(
        _ text: String,
        _ discussion: DiscussionRecord,
        about: JSONObject = [:]
    ) throws -> DiscussionEventRecord {
        let event = try insertComment(text, discussion, about: about)
        try notify(discussion)
        let data: JSONValue = ["num": .int(discussion.number)]
        try tx.appendEvent(
            "discussion.comment",
            account: viewer.account?.id,
            repo: repo.id,
            data: data.serialized,
            at: now
        )
        try announce(.create, .comment, discussion, event)
        return event
    }

    private func insertComment(
        _ text: String,
        _ discussion: DiscussionRecord,
        about: JSONObject = [:]
    ) throws -> DiscussionEventRecord {
        let event = try record("comment", about, discussion)
        try tx.addCommentText(text, to: event.id, author: viewer.account?.id, at: now)
        try mention(text, in: event, discussion)
        return event
    }

    /// Gives a comment another text; whom it names anew hears of it.
    func edit(_ event: DiscussionEventRecord, _ text: String, _ discussion: DiscussionRecord) throws {
        try tx.addCommentText(text, to: event.id, author: viewer.account?.id, at: now)
        try mention(text, in: event, discussion)
        try announce(.update, .comment, discussion, event)
    }

    func hide(_ event: DiscussionEventRecord, _ discussion: DiscussionRecord) throws {
        guard let account = viewer.account else { return }
        try tx.hideComment(event.id, by: account.id, at: now)
        let hidden = try tx.read.discussionEvent(event.publicID, discussion: discussion.id)
        try announce(.update, .comment, discussion, hidden)
    }

    /// Notes something that is no comment.
    func record(_ type: String, _ data: JSONObject, _ discussion: DiscussionRecord) throws -> DiscussionEventRecord {
        try tx.insertDiscussionEvent(
            publicID: RandomID.publicID(),
            discussion: discussion.id,
            type: type,
            author: viewer.account?.id,
            data: JSONValue.object(data).serialized,
            at: now
        )
    }

    /// Sets the status and says so.
    func setStatus(_ status: DiscussionStatus, _ discussion: DiscussionRecord) throws -> DiscussionEventRecord {
        try tx.setDiscussionStatus(status, discussion.id)
        let event = try record("status-change", ["status": .string(status.rawValue)], discussion)
        try notify(discussion)
        try changed(discussion)
        return event
    }

    /// Tells webhooks of another title or status.
    func changed(_ discussion: DiscussionRecord) throws {
        let data: JSONValue = ["num": .int(discussion.number)]
        try tx.appendEvent(
            "discussion.update",
            account: viewer.account?.id,
            repo: repo.id,
            data: data.serialized,
            at: now
        )
        try announce(.update, .discussion, try tx.read.discussion(id: discussion.id) ?? discussion, nil)
    }

    /// Commits that came to a pull request, the oldest first.
    func commits(_ commits: [CommitRecord], _ discussion: DiscussionRecord) throws {
        for commit in commits {
            _ = try record("commit", ["subject": .string(commit.title), "oid": .string(commit.oid.hex)], discussion)
        }
        try notify(discussion)
    }

    // MARK: What follows

    private func mention(_ text: String, in event: DiscussionEventRecord, _ discussion: DiscussionRecord) throws {
        var mentioned: Set<Int64> = []
        let before = Set(try tx.read.mentions(event.id).map(\.id))
        for name in CommentMarkup.mentions(in: text) {
            // Whoever may not see the repo is not told that it is there.
            guard let account = try tx.read.account(named: name), account.kind == .user,
                try tx.read.maySee(repo, account: account)
            else { continue }
            mentioned.insert(account.id)
        }
        try tx.setMentions(mentioned, of: event.id)
        for account in mentioned.subtracting(before) where account != viewer.account?.id {
            try tx.notify(account, of: discussion.id, .mention, at: now)
        }
    }

    /// Tells everybody who has to do with the discussion, but not the one who does it.
    private func notify(_ discussion: DiscussionRecord) throws {
        var people = try tx.read.participants(discussion.id)
        if repo.ownerKind == .user, people.insert(repo.ownerID).inserted, repo.ownerID != viewer.account?.id {
            try tx.notify(repo.ownerID, of: discussion.id, .owner, at: now)
            people.remove(repo.ownerID)
        }
        for account in people where account != viewer.account?.id {
            try tx.notify(account, of: discussion.id, .participating, at: now)
        }
    }

    private func announce(
        _ action: RepoChange.Action,
        _ scope: RepoChange.Scope,
        _ discussion: DiscussionRecord,
        _ comment: DiscussionEventRecord?
    ) throws {
        var change = RepoChange(action, scope, repo)
        change.discussion = discussion
        change.comment = comment
        try tx.announce(change, at: now)
    }
}

extension ReadTransaction {
    /// Whether an account may know of a repo, whatever its tokens say.
    func maySee(_ repo: RepoRecord, account: AccountRecord) throws -> Bool {
        try repo.visibility == .public || repo.ownerID == account.id
            || memberships(ofUser: account.id).contains { $0.organisation.id == repo.ownerID }
    }
}
