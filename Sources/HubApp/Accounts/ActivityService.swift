// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// What people did lately, as far as the one who asks may see it.
public struct ActivityService: Sendable {
    let hub: Hub

    static let pageSize = 20
    /// Accounts whose activity one page looks through.
    private static let maximumAccounts = 500

    /// Kinds of events by what clients call them.
    private static let types: [(name: String, event: String)] = [
        ("publish", "repo.create"), ("update", "commit"), ("like", "like.create"), ("discussion", "discussion.create"),
    ]

    /// The answer of `GET /api/recent-activity`.
    /// - Parameters:
    ///   - name: a user, or an organisation for its members; `nil` is whom the viewer follows.
    ///   - type: `publish`, `update`, `like`, `discussion` or `all`.
    public func recent(
        of name: AccountName?,
        type: String?,
        cursor: String?,
        limit: Int?,
        viewer: Viewer
    ) async throws -> JSONValue {
        let size = min(limit ?? Self.pageSize, 100)
        let wanted = Self.types.filter { type == nil || type == "all" || type == $0.name }
        guard !wanted.isEmpty else {
            throw HubError(
                .badRequest,
                "\"activityType\" must be all, " + Self.types.map(\.name).joined(separator: ", ")
            )
        }
        let before = try cursor.map { text in
            guard let id = Int64(text) else { throw HubError(.badRequest, "\"cursor\" is not one this hub gave out") }
            return id
        }
        guard name != nil || !viewer.isAnonymous else {
            throw HubError(.unauthenticated, "Log in to see what those do whom you follow, or name an \"entity\"")
        }
        return try await hub.store.read { tx in
            let rows = try tx.events(
                ofAccounts: try Self.accounts(name, viewer, tx),
                kinds: wanted.map(\.event),
                scope: viewer.visibilityScope,
                before: before,
                limit: size + 1
            )
            let page = rows.prefix(size)
            var json: JSONObject = ["recentActivity": .array(try page.compactMap { try Self.item($0, tx) })]
            if rows.count > size { json["cursor"] = page.last.map { .string(String($0.id)) } }
            return .object(json)
        }
    }

    private static func accounts(_ name: AccountName?, _ viewer: Viewer, _ tx: ReadTransaction) throws -> [Int64] {
        guard let name else {
            return try viewer.account.map { try tx.followed(byAccount: $0.id, limit: maximumAccounts) } ?? []
        }
        guard let account = try tx.account(named: name) else {
            throw HubError(.notFound, "There is no user or organisation called '\(name)'")
        }
        switch account.kind {
        case .user: return [account.id]
        case .org: return try tx.memberIDs(ofOrganisation: account.id, limit: maximumAccounts)
        }
    }

    private static func item(_ event: EventRecord, _ tx: ReadTransaction) throws -> JSONValue? {
        guard let repo = try tx.repo(id: event.repoID), let type = types.first(where: { $0.event == event.kind }) else {
            return nil
        }
        var json: JSONObject = [
            "type": .string(type.name), "time": .string(event.createdAt.iso8601), "user": .string(event.account.name),
            "userAvatarUrl": "", "repoType": .string(repo.kind.rawValue), "repoId": .string(repo.fullName),
            "repoData": [
                "id": .string(repo.fullName), "author": .string(repo.ownerName), "likes": .int(repo.likes),
                "private": .bool(repo.visibility == .private), "lastModified": .string(repo.updatedAt.iso8601),
            ],
        ]
        let data = try JSONValue(stored: event.data)
        if type.name == "update" {
            json["ref"] = data["ref"]
            json["commitOid"] = data["oid"]
        }
        if type.name == "discussion", let number = data["num"]?.intValue,
            let discussion = try tx.discussion(number, repo: repo.id)
        {
            json["discussionData"] = .object(DiscussionPresenter(tx: tx, repo: repo).item(discussion))
        }
        return .object(json)
    }
}
