// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

/// What somebody thinks of a pull request's files.
public enum ReviewVerdict: String, Sendable, CaseIterable {
    case approve
    case requestChanges = "request-changes"
}

/// The place in a pull request's files that a comment is about.
public struct ReviewPlace: Sendable {
    public let path: RepoPath
    /// From 1 on; the whole file without.
    public let line: Int64?

    /// - Throws: ``HubError/Code/unprocessable`` for what can be no path, ``HubError/Code/badRequest`` for no line.
    public init(path: String, line: Int64?) throws {
        self.path = try RepoPath(path)
        guard line ?? 1 >= 1 else { throw HubError(.badRequest, "\"line\" counts from 1") }
        self.line = line
    }
}

extension DiscussionService {
    /// Says something about a file of a pull request, or a line of it.
    ///
    /// The comment keeps the commit that it was written at: the file may be another later.
    /// - Throws: ``HubError/Code/unprocessable`` for a file that neither the pull request nor its branch has.
    public func comment(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        _ text: String,
        at place: ReviewPlace,
        viewer: Viewer
    ) async throws -> JSONValue {
        let text = try Self.text(text)
        return try await change(kind, id, number, viewer) { writer, discussion in
            let head = try Self.requireReviewable(discussion, writer)
            let (tx, repo) = (writer.tx.read, writer.repo)
            var roots = [head.tree]
            if let base = try discussion.base.flatMap({ try tx.ref(repo: repo.id, name: $0) }) {
                roots.append(try tx.require(base.target, in: repo).tree)
            }
            let reader = TreeReader(tx)
            guard
                try roots.contains(where: { root in
                    try reader.entry(at: place.path, root: root).map { !$0.isFolder } ?? false
                })
            else {
                throw HubError(
                    .unprocessable,
                    "Neither #\(discussion.number) nor its branch has a file '\(place.path)'"
                )
            }
            var about: JSONObject = ["path": .string(place.path.text), "oid": .string(head.oid.hex)]
            about["line"] = place.line.map { .int($0) }
            return try tx.presented(try writer.comment(text, discussion, about: ["review": .object(about)]), repo)
        }
    }

    /// Approves a pull request as it is, or asks for changes. The last word of each person counts.
    /// - Throws: ``HubError/Code/unprocessable`` for one's own.
    public func review(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        _ verdict: ReviewVerdict,
        comment: String?,
        viewer: Viewer
    ) async throws -> JSONValue {
        let comment = try comment.map { try Self.text($0, mayBeEmpty: true) } ?? ""
        return try await change(kind, id, number, viewer) { writer, discussion in
            let head = try Self.requireReviewable(discussion, writer)
            guard discussion.author?.id != writer.viewer.account?.id else {
                throw HubError(.unprocessable, "#\(discussion.number) is your own: others review it")
            }
            if !comment.isEmpty { _ = try writer.comment(comment, discussion) }
            let data: JSONObject = ["verdict": .string(verdict.rawValue), "oid": .string(head.oid.hex)]
            let event = try writer.record("review", data, discussion)
            try writer.changed(discussion)
            return try writer.tx.read.presented(event, writer.repo)
        }
    }

    /// The head of a pull request that is not over, to who may read its files.
    private static func requireReviewable(
        _ discussion: DiscussionRecord,
        _ writer: DiscussionWriter
    ) throws -> CommitRecord {
        guard discussion.isPullRequest else {
            throw HubError(.badRequest, "#\(discussion.number) is a discussion: it has no files to review")
        }
        guard discussion.status.isUnfinished else {
            throw HubError(.conflict, "#\(discussion.number) is \(discussion.status.rawValue) already")
        }
        let tx = writer.tx.read
        guard try tx.mayReadFiles(writer.repo, writer.viewer) else {
            throw try tx.gatedError(writer.repo, writer.viewer)
        }
        guard let ref = try tx.ref(repo: writer.repo.id, name: discussion.ref) else {
            throw HubError(.corrupt, "The ref of #\(discussion.number) is missing from the metadata database")
        }
        return try tx.require(ref.target, in: writer.repo)
    }
}

extension DiscussionPresenter {
    /// The last word of everybody who has reviewed, in the order of those.
    static func reviews(_ events: [DiscussionEventRecord]) throws -> JSONValue {
        var last: [(author: Int64, json: JSONValue)] = []
        for event in events where event.type == "review" {
            guard let author = event.author else { continue }
            let data = try JSONValue(stored: event.data)
            last.removeAll { $0.author == author.id }
            let json: JSONValue = [
                "author": person(author), "verdict": data["verdict"] ?? .null, "oid": data["oid"] ?? .null,
                "createdAt": .string(event.createdAt.iso8601),
            ]
            last.append((author.id, json))
        }
        return .array(last.map(\.json))
    }
}
