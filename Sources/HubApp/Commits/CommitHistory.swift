// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension CommitService {
    public struct HistoryPage: Sendable {
        public let commits: JSONValue
        public let total: Int64
        /// The commit the next page begins with.
        public let next: GitOID?
    }

    static let historyPageSize = 50

    /// A page of a revision's history, newest first, along first parents.
    /// - Parameters:
    ///   - from: the commit to begin with, as `next` of the page before said.
    ///   - formatted: also give title and message as HTML.
    public func history(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        from: GitOID?,
        limit: Int?,
        formatted: Bool,
        viewer: Viewer
    ) async throws -> HistoryPage {
        let size = max(1, min(limit ?? Self.historyPageSize, 1000))
        return try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .readFiles)
            let head = try tx.resolve(revision, in: repo)
            var current: CommitRecord? = head
            if let from { current = try tx.require(from, in: repo) }
            var page: [JSONValue] = []
            while let commit = current, page.count < size {
                page.append(Self.json(commit, formatted: formatted))
                current = try commit.parent.map { try tx.require($0, in: repo) }
            }
            return HistoryPage(commits: .array(page), total: head.depth, next: current?.oid)
        }
    }

    private static func json(_ commit: CommitRecord, formatted: Bool) -> JSONValue {
        var json: JSONObject = [
            "id": .string(commit.oid.hex), "title": .string(commit.title), "message": .string(commit.message),
            "authors": [["user": .string(commit.author), "avatar": ""]],
            "date": .string(commit.committedAt.iso8601),
            "parents": .array(commit.parent.map { [.string($0.hex)] } ?? []),
        ]
        if formatted {
            json["formatted"] = [
                "title": .string(HTMLText.escape(commit.title)), "message": .string(HTMLText.escape(commit.message)),
            ]
        }
        return .object(json)
    }
}
