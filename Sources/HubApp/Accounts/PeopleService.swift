// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// What everybody may know of users and organisations, and who follows whom.
public struct PeopleService: Sendable {
    let hub: Hub

    static let pageSize = 100

    /// The answer of `GET /api/users/{user}/overview`; counts what the viewer may see.
    /// - Throws: ``HubError/Code/notFound`` if there is no such user.
    public func userOverview(_ name: AccountName, viewer: Viewer) async throws -> JSONValue {
        try await hub.store.read { tx in
            let user = try tx.person(name, .user)
            var json = AccountPresenter.brief(user).objectValue ?? [:]
            try Self.addCounts(of: user, to: &json, viewer, tx)
            json["numLikes"] = .int(try tx.likeCount(ofAccount: user.id, scope: viewer.visibilityScope))
            json["numDiscussions"] = .int(
                try tx.discussionCount(ofAuthor: user.id, scope: viewer.visibilityScope)
            )
            json["numFollowing"] = .int(try tx.followingCount(ofAccount: user.id))
            json["orgs"] = .array(
                try tx.memberships(ofUser: user.id).map { .object(AccountPresenter.organisation($0.organisation)) }
            )
            return .object(json)
        }
    }

    /// Organisations by name, at most `limit`.
    public func organisations(limit: Int) async throws -> [JSONValue] {
        try await hub.store.read { tx in
            try tx.accounts(beginningWith: "", kind: .org, limit: limit).map {
                .object(AccountPresenter.organisation($0))
            }
        }
    }

    /// The answer of `GET /api/organizations/{organisation}/overview`; counts what the viewer may see.
    /// - Throws: ``HubError/Code/notFound`` if there is no such organisation.
    public func organisationOverview(_ name: AccountName, viewer: Viewer) async throws -> JSONValue {
        try await hub.store.read { tx in
            let organisation = try tx.person(name, .org)
            var json = AccountPresenter.organisation(organisation)
            json["isVerified"] = false
            json["numUsers"] = .int(try tx.memberCount(ofOrganisation: organisation.id))
            try Self.addCounts(of: organisation, to: &json, viewer, tx)
            return .object(json)
        }
    }

    /// A page of who follows an account, the latest first.
    public func followers(
        of name: AccountName,
        _ kind: AccountKind,
        cursor: String?,
        limit: Int?,
        viewer: Viewer
    ) async throws -> ItemPage {
        try await page(of: name, kind, cursor, limit, viewer) { tx, account, after, limit in
            try tx.followers(ofAccount: account, after: after, limit: limit, viewer: viewer.account?.id)
        }
    }

    /// A page of the users whom a user follows, the latest first.
    public func following(
        of name: AccountName,
        cursor: String?,
        limit: Int?,
        viewer: Viewer
    ) async throws -> ItemPage {
        try await page(of: name, .user, cursor, limit, viewer) { tx, account, after, limit in
            try tx.following(ofAccount: account, after: after, limit: limit, viewer: viewer.account?.id)
        }
    }

    /// Follows an account, or no longer does; doing so twice changes nothing.
    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/notFound``, ``HubError/Code/badRequest`` for
    ///   oneself, or ``HubError/Code/forbidden`` for a token that may not write in its owner's name.
    public func setFollow(
        _ follows: Bool,
        _ name: AccountName,
        _ kind: AccountKind,
        viewer: Viewer
    ) async throws {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to follow somebody") }
        guard viewer.canActForItself else {
            throw HubError(.forbidden, "This token may not write: following needs a token with the role write")
        }
        let now = hub.clock.now
        try await hub.store.write { tx in
            let followed = try tx.read.person(name, kind)
            guard followed.id != account.id else { throw HubError(.badRequest, "Nobody follows themselves") }
            _ = try tx.setFollow(follows, follower: account.id, account: followed.id, at: now)
        }
    }

    private static func addCounts(
        of account: AccountRecord,
        to json: inout JSONObject,
        _ viewer: Viewer,
        _ tx: ReadTransaction
    ) throws {
        let repos = try tx.repoCounts(ofOwner: account.id, scope: viewer.visibilityScope)
        json["numModels"] = .int(repos[.model] ?? 0)
        json["numDatasets"] = .int(repos[.dataset] ?? 0)
        json["numSpaces"] = .int(repos[.space] ?? 0)
        json["numFollowers"] = .int(try tx.followerCount(ofAccount: account.id))
        if let own = viewer.account { json["isFollowing"] = .bool(try tx.isFollowing(own.id, account.id)) }
        json["createdAt"] = .string(account.createdAt.iso8601)
    }

    private func page(
        of name: AccountName,
        _ kind: AccountKind,
        _ cursor: String?,
        _ limit: Int?,
        _ viewer: Viewer,
        _ rows:
            @escaping @Sendable (ReadTransaction, Int64, TimeCursor?, Int) throws -> [(
                person: PersonRow, at: Timestamp
            )]
    ) async throws -> ItemPage {
        let after = try cursor.map(ListingCursor.decodeTime)
        let size = min(limit ?? Self.pageSize, Self.pageSize)
        return try await hub.store.read { tx in
            let rows = try rows(tx, try tx.person(name, kind).id, after, size + 1)
            let page = rows.prefix(size)
            return ItemPage(
                items: .array(page.map { AccountPresenter.person($0.person, for: viewer) }),
                next: rows.count > size
                    ? page.last.map { ListingCursor.encode(TimeCursor(at: $0.at, id: $0.person.account.id)) } : nil
            )
        }
    }
}

extension ReadTransaction {
    /// - Throws: ``HubError/Code/notFound`` if there is no such user or organisation.
    func person(_ name: AccountName, _ kind: AccountKind) throws -> AccountRecord {
        guard let account = try account(named: name), account.kind == kind else {
            throw HubError(.notFound, "There is no \(kind == .user ? "user" : "organisation") called '\(name)'")
        }
        return account
    }
}
