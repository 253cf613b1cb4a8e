// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Discussions and pull requests: opening them, writing in them, and their lists.
///
/// Who sees a repo reads its discussions and, signed in, takes part. Titles, statuses and comments are changed by their
/// authors and by who may write to the repo.
public struct DiscussionService: Sendable {
    let hub: Hub

    static let pageSize: Int64 = 10

    /// Which discussions to list.
    public struct Query: Sendable {
        /// `discussion`, `pull_request` or `all`.
        public var type: String?
        /// `open`, `closed` or `all`.
        public var status: String?
        public var author: String?
        public var page: Int64 = 0
        public var limit: Int64?

        public init() {}
    }

    /// What to open.
    public struct New: Sendable {
        public var title: String
        public var description = ""
        public var isPullRequest = false
        /// The branch a pull request is for; main unless it says so.
        public var base: String?

        public init(title: String) { self.title = title }
    }

    // MARK: Reading

    /// The answer of `GET …/discussions`, and how many there are in all.
    public func list(
        _ kind: RepoKind,
        _ id: RepoID,
        _ query: Query,
        viewer: Viewer
    ) async throws -> (json: JSONValue, total: Int64) {
        let limit = min(max(query.limit ?? Self.pageSize, 1), 100)
        let (offset, overflows) = max(query.page, 0).multipliedReportingOverflow(by: limit)
        guard !overflows else { throw HubError(.badRequest, "\"p\" is too large") }
        return try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .see)
            var page: [DiscussionRecord] = []
            var total: Int64 = 0
            if let filter = try Self.filter(query, tx) {
                page = try tx.discussions(repo: repo.id, filter, offset: offset, limit: Int(limit))
                total = try tx.discussionCount(repo: repo.id, filter)
            }
            var closed = DiscussionFilter()
            closed.statuses = [.closed, .merged]
            let presenter = DiscussionPresenter(tx: tx, repo: repo)
            let json: JSONValue = [
                "discussions": .array(page.map { .object(presenter.item($0)) }), "count": .int(total),
                "start": .int(offset), "limit": .int(limit),
                "numClosedDiscussions": .int(try tx.discussionCount(repo: repo.id, closed)),
            ]
            return (json, total)
        }
    }

    /// `nil` where nothing can match.
    private static func filter(_ query: Query, _ tx: ReadTransaction) throws -> DiscussionFilter? {
        var filter = DiscussionFilter()
        switch query.type {
        case nil, "all": break
        case "discussion": filter.isPullRequest = false
        case "pull_request": filter.isPullRequest = true
        default: throw HubError(.badRequest, "\"type\" must be all, discussion or pull_request")
        }
        switch query.status {
        case nil, "all": break
        case "open": filter.statuses = [.draft, .open]
        case "closed": filter.statuses = [.closed, .merged]
        default: throw HubError(.badRequest, "\"status\" must be all, open or closed")
        }
        if let author = query.author {
            guard let name = try? AccountName(author), let account = try tx.account(named: name) else { return nil }
            filter.author = account.id
        }
        return filter
    }

    /// The answer of `GET …/discussions/{num}`.
    /// - Parameter diff: with what a pull request changes, for who may read the files.
    public func details(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        diff: Bool,
        viewer: Viewer
    ) async throws -> JSONValue {
        let (found, discussion, mayRead) = try await hub.store.read { tx in
            let (repo, discussion) = try tx.discussion(kind, id, number, for: viewer, .see)
            let json = try DiscussionPresenter(tx: tx, repo: repo).details(discussion)
            return (json, discussion, try tx.mayReadFiles(repo, viewer))
        }
        var json = found
        guard discussion.isPullRequest, mayRead else { return .object(json) }
        let merging = Merging(hub: hub, kind: kind, id: id, viewer: viewer)
        if discussion.status.isUnfinished { json["filesWithConflicts"] = try await merging.conflicts(discussion) }
        if diff, let text = try await merging.difference(discussion) { json["diff"] = .string(text) }
        return .object(json)
    }

    /// What a pull request changes, as `…/diff/{base}..{head}` has it; `nil` where that is too much, or its commits are
    /// gone.
    public func changes(_ kind: RepoKind, _ id: RepoID, _ number: Int64, viewer: Viewer) async throws -> JSONValue? {
        let discussion = try await hub.store.read { try $0.discussion(kind, id, number, for: viewer, .see).1 }
        do {
            let merging = Merging(hub: hub, kind: kind, id: id, viewer: viewer)
            guard discussion.isPullRequest, let (base, head) = try await merging.sides(discussion) else { return nil }
            return try await hub.trees.differences(
                kind,
                id,
                base: base,
                head: head,
                texts: true,
                tensors: true,
                viewer: viewer
            )
        } catch let error as HubError where error.code == .tooLarge {
            return nil
        }
    }

    // MARK: Writing

    /// Opens a discussion; a pull request begins as a draft, its ref at the head of its branch.
    /// - Returns: its number.
    public func open(_ kind: RepoKind, _ id: RepoID, _ new: New, viewer: Viewer) async throws -> Int64 {
        let title = try Self.title(new.title)
        let description = try Self.text(new.description, mayBeEmpty: true)
        let now = hub.clock.now
        return try await hub.store.write(durable: new.isPullRequest) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .discuss)
            try ReadTransaction.requireDiscussions(repo)
            let writer = DiscussionWriter(tx: tx, repo: repo, viewer: viewer, now: now)
            guard new.isPullRequest else {
                return try writer.open(title: title, description: description, status: .open, base: nil).number
            }
            _ = try tx.read.repo(kind, id, for: viewer, .propose)
            let branch = new.base ?? RefName.mainBranch
            let base = branch.hasPrefix(RefName.headsPrefix) ? branch : RefName.headsPrefix + branch
            guard let ref = try tx.read.ref(repo: repo.id, name: base) else { throw HubError.revisionNotFound(branch) }
            let discussion = try writer.open(title: title, description: description, status: .draft, base: base)
            try tx.compareAndSwapRef(repo: repo.id, name: discussion.ref, from: nil, to: ref.target, at: now)
            return discussion.number
        }
    }

    public func comment(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        _ text: String,
        viewer: Viewer
    ) async throws -> JSONValue {
        let text = try Self.text(text)
        return try await change(kind, id, number, viewer) { writer, discussion in
            try writer.tx.read.presented(try writer.comment(text, discussion), writer.repo)
        }
    }

    public func rename(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        _ title: String,
        viewer: Viewer
    ) async throws -> JSONValue {
        let title = try Self.title(title)
        return try await change(kind, id, number, viewer) { writer, discussion in
            try Self.requireAuthor(discussion.author, writer, "change the title")
            try writer.tx.setDiscussionTitle(title, discussion.id)
            let names: JSONObject = ["from": .string(discussion.title), "to": .string(title)]
            let event = try writer.record("title-change", names, discussion)
            try writer.changed(discussion)
            return try writer.tx.read.presented(event, writer.repo)
        }
    }

    /// Opens or closes a discussion. Opening a draft puts the pull request forward.
    public func setStatus(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        _ status: DiscussionStatus,
        comment: String?,
        viewer: Viewer
    ) async throws -> JSONValue {
        let comment = try comment.map { try Self.text($0, mayBeEmpty: true) } ?? ""
        return try await change(kind, id, number, viewer) { writer, discussion in
            try Self.requireAuthor(discussion.author, writer, "change the status")
            guard discussion.status != .merged else { throw HubError(.conflict, "#\(number) is merged already") }
            guard discussion.status != status else {
                throw HubError(.conflict, "#\(number) is \(status.rawValue) already")
            }
            if !comment.isEmpty { _ = try writer.comment(comment, discussion) }
            return try writer.tx.read.presented(try writer.setStatus(status, discussion), writer.repo)
        }
    }

    /// Gives a comment of one's own another text; the former ones stay in its history.
    public func edit(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        comment: String,
        _ text: String,
        viewer: Viewer
    ) async throws -> JSONValue {
        let text = try Self.text(text)
        return try await change(kind, id, number, viewer) { writer, discussion in
            let event = try Self.find(comment, in: discussion, writer)
            guard let author = event.author?.id, author == viewer.account?.id else {
                throw HubError(.forbidden, "Only its author changes a comment")
            }
            try writer.edit(event, text, discussion)
            return try writer.tx.read.presented(event, writer.repo)
        }
    }

    /// Hides a comment for good.
    public func hide(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        comment: String,
        viewer: Viewer
    ) async throws -> JSONValue {
        try await change(kind, id, number, viewer) { writer, discussion in
            let event = try Self.find(comment, in: discussion, writer)
            try Self.requireAuthor(event.author, writer, "hide the comment")
            try writer.hide(event, discussion)
            let hidden = try writer.tx.read.discussionEvent(event.publicID, discussion: discussion.id)
            return try writer.tx.read.presented(hidden ?? event, writer.repo)
        }
    }

    /// Puts a reaction to a comment, or takes it back.
    public func react(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        comment: String,
        _ reaction: String,
        isSet: Bool,
        viewer: Viewer
    ) async throws -> JSONValue {
        guard (1...8).contains(reaction.unicodeScalars.count), reaction.unicodeScalars.allSatisfy({ $0.value > 0xFF })
        else { throw HubError(.badRequest, "\"reaction\" must be one emoji") }
        return try await change(kind, id, number, viewer) { writer, discussion in
            let event = try Self.find(comment, in: discussion, writer)
            guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to react") }
            try writer.tx.setReaction(isSet, reaction, event: event.id, account: account.id, at: writer.now)
            return try writer.tx.read.presented(event, writer.repo)
        }
    }

    /// Pins a discussion to the top of the list, or takes it down.
    public func pin(_ kind: RepoKind, _ id: RepoID, _ number: Int64, _ isPinned: Bool, viewer: Viewer) async throws {
        try await mark(kind, id, number, viewer) { writer, discussion in
            guard discussion.isPinned != isPinned else { return }
            try writer.tx.setDiscussionPinned(isPinned, discussion.id)
            _ = try writer.record("pinning-change", ["pinned": .bool(isPinned)], discussion)
        }
    }

    /// Keeps all but those who may write to the repo from writing in a discussion, or lets them again.
    public func lock(_ kind: RepoKind, _ id: RepoID, _ number: Int64, _ isLocked: Bool, viewer: Viewer) async throws {
        try await mark(kind, id, number, viewer) { writer, discussion in
            guard discussion.isLocked != isLocked else { return }
            try writer.tx.setDiscussionLocked(isLocked, discussion.id)
            _ = try writer.record("locking-change", ["locked": .bool(isLocked)], discussion)
        }
    }

    // MARK: Shared

    func change(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        _ viewer: Viewer,
        _ body: @escaping @Sendable (DiscussionWriter, DiscussionRecord) throws -> JSONValue
    ) async throws -> JSONValue {
        let now = hub.clock.now
        return try await hub.store.write { tx in
            let (repo, discussion) = try tx.read.discussion(kind, id, number, for: viewer, .discuss)
            guard !discussion.isLocked || viewer.canWrite(repo) else {
                throw HubError(.forbidden, "#\(number) is locked: only people who may write to the repository go on")
            }
            return try body(DiscussionWriter(tx: tx, repo: repo, viewer: viewer, now: now), discussion)
        }
    }

    /// What those do who may write to the repo.
    private func mark(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        _ viewer: Viewer,
        _ body: @escaping @Sendable (DiscussionWriter, DiscussionRecord) throws -> Void
    ) async throws {
        let now = hub.clock.now
        try await hub.store.write { tx in
            let (repo, discussion) = try tx.read.discussion(kind, id, number, for: viewer, .write)
            try body(DiscussionWriter(tx: tx, repo: repo, viewer: viewer, now: now), discussion)
        }
    }

    private static func find(
        _ comment: String,
        in discussion: DiscussionRecord,
        _ writer: DiscussionWriter
    ) throws -> DiscussionEventRecord {
        guard let event = try writer.tx.read.discussionEvent(comment.lowercased(), discussion: discussion.id),
            event.type == "comment"
        else { throw HubError(.notFound, "#\(discussion.number) has no such comment") }
        guard event.hiddenAt == nil else { throw HubError(.forbidden, "The comment is hidden") }
        return event
    }

    private static func requireAuthor(_ author: AccountRecord?, _ writer: DiscussionWriter, _ what: String) throws {
        guard author?.id == writer.viewer.account?.id || writer.viewer.canWrite(writer.repo) else {
            throw HubError(.forbidden, "Only its author and people who may write to the repository \(what)")
        }
    }

    private static func title(_ text: String) throws -> String {
        let lines = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        let title = lines.trimmed
        guard !title.isEmpty, title.count <= DiscussionWriter.titleLength else {
            throw HubError(
                .badRequest,
                "A title has 1 to \(DiscussionWriter.titleLength) characters"
            )
        }
        return title
    }

    static func text(_ text: String, mayBeEmpty: Bool = false) throws -> String {
        let text = text.trimmed
        guard mayBeEmpty || !text.isEmpty else { throw HubError(.badRequest, "A comment must say something") }
        guard text.utf8.count <= DiscussionWriter.commentBytes else {
            throw HubError(.badRequest, "A comment has at most \(DiscussionWriter.commentBytes) bytes")
        }
        return text
    }
}

extension ReadTransaction {
    /// A discussion of a repo, if the viewer may do that to the repo.
    /// - Throws: what ``repo(_:_:for:_:)`` throws, ``HubError/Code/notFound`` for a number that is none.
    func discussion(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        for viewer: Viewer,
        _ access: Access
    ) throws -> (repo: RepoRecord, discussion: DiscussionRecord) {
        let repo = try repo(kind, id, for: viewer, access)
        guard let discussion = try discussion(number, repo: repo.id) else {
            throw HubError(.notFound, "\(repo.fullName) has no discussion #\(number)")
        }
        return (repo, discussion)
    }

    func presented(_ event: DiscussionEventRecord, _ repo: RepoRecord) throws -> JSONValue {
        try DiscussionPresenter(tx: self, repo: repo).event(event)
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
