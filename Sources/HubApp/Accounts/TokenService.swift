// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// The access tokens of whoever asks.
///
/// They are looked after by who is signed in, or with a token of the role `write`, as it may do all that its owner may: no
/// token begets one that can do more, or lives longer, than itself, nor does a session that began with one. Any token can
/// end itself.
public struct TokenService: Sendable {
    let hub: Hub

    /// Tokens a user may have that were not revoked.
    static let maximumTokens = 500

    /// A token, just made: the only moment at which its secret is known.
    public struct Created: Sendable {
        public let secret: AccessTokenSecret
        /// As in lists.
        public let json: JSONValue
    }

    /// The viewer's tokens that were not revoked, the latest first.
    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/forbidden`` for a token without the role `write`.
    public func list(_ viewer: Viewer) async throws -> JSONValue {
        let account = try Self.manager(viewer)
        let now = hub.clock.now
        let tokens = try await hub.store.read { try $0.tokens(ofAccount: account.id) }
        return .array(tokens.map { TokenPresenter.json($0, viewer: viewer, at: now) })
    }

    /// Makes one more token. Without a lifetime of its own it ends when the viewer's does.
    /// - Throws: ``HubError/Code/badRequest`` for what makes no sense, ``HubError/Code/forbidden`` for one that would
    ///   outlive the viewer's, ``HubError/Code/notFound`` or ``HubError/Code/repoNotFound`` for scopes on what the
    ///   viewer cannot see, besides what ``list(_:)`` throws.
    public func create(_ new: NewToken, viewer: Viewer) async throws -> Created {
        let account = try Self.manager(viewer)
        try new.check()
        let now = hub.clock.now
        let end = new.lifetimeSeconds.map { now.adding(seconds: $0) } ?? viewer.endsAt
        if let limit = viewer.endsAt, end.map({ $0 > limit }) ?? true {
            throw HubError(
                .forbidden,
                "A token cannot make one that outlives it: yours ends at \(limit.iso8601)"
            )
        }
        let secret = AccessTokenSecret.generate()
        return try await hub.store.write(durable: true) { tx in
            let count = try tx.read.tokens(ofAccount: account.id).count
            guard count < Self.maximumTokens else {
                throw HubError(.forbidden, "You have \(count) tokens: revoke those that are not needed")
            }
            try tx.insertToken(
                account: account.id,
                name: new.name,
                hash: secret.hash,
                role: new.role,
                scopes: try new.scopes.map { try Self.known($0, viewer, tx.read) },
                canReadGated: new.canReadGated,
                expiresAt: end,
                at: now
            )
            guard let token = try tx.read.token(hash: secret.hash)?.token else {
                throw HubError(.internal, "The token just made is not there")
            }
            var data: JSONObject = [
                "id": .int(token.id), "name": .string(token.name), "role": .string(token.role.rawValue),
            ]
            data["expiresAt"] = token.expiresAt.map { .string($0.iso8601) }
            try tx.audit(.tokenCreate, account.name, by: viewer, data, at: now)
            return Created(secret: secret, json: TokenPresenter.json(token, viewer: viewer, at: now))
        }
    }

    /// Revokes one of the viewer's tokens; it opens nothing from now on.
    /// - Parameter id: as in lists, or `current` for the one the viewer came with.
    /// - Throws: ``HubError/Code/notFound`` if the viewer has no such token, besides what ``list(_:)`` throws.
    public func revoke(_ id: String, viewer: Viewer) async throws {
        guard let account = viewer.account else { throw Self.anonymous }
        let id = id == "current" ? viewer.token?.id : Int64(id)
        if id == nil || id != viewer.token?.id { _ = try Self.manager(viewer) }
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            guard let id, let token = try tx.read.tokens(ofAccount: account.id).first(where: { $0.id == id }) else {
                throw HubError(.notFound, "You have no such token")
            }
            // A program's token ends with what else its grant gave.
            if let grant = try tx.read.oauthGrantID(ofToken: token.id) { try tx.revokeOAuthGrant(id: grant, at: now) }
            try tx.revokeToken(id: token.id, at: now)
            let data: JSONObject = ["id": .int(token.id), "name": .string(token.name)]
            try tx.audit(.tokenRevoke, account.name, by: viewer, data, at: now)
        }
    }

    private static let anonymous = HubError(.unauthenticated, "Log in to look after your access tokens")

    private static func manager(_ viewer: Viewer) throws -> AccountRecord {
        guard let account = viewer.account else { throw anonymous }
        guard viewer.mayDoAll else {
            throw HubError(.forbidden, "Access tokens are looked after with a token that has the role write")
        }
        return account
    }

    /// The scope with its entity's name as it is written, if that is there for the viewer.
    private static func known(_ scope: TokenScope, _ viewer: Viewer, _ tx: ReadTransaction) throws -> TokenScope {
        let name: String
        switch scope.entityType {
        case "user":
            guard let account = viewer.account, account.name.lowercased() == scope.entityName.lowercased() else {
                throw HubError(.badRequest, "A scope on a user names the token's owner")
            }
            name = account.name
        case "org":
            let found = viewer.memberships.first {
                $0.organisation.name.lowercased() == scope.entityName.lowercased()
            }
            guard let found else {
                throw HubError(.notFound, "You are in no organisation called '\(scope.entityName.prefix(100))'")
            }
            name = found.organisation.name
        default:
            guard let kind = RepoKind(rawValue: scope.entityType) else {
                throw HubError(.badRequest, "A scope is on a user, org, model, dataset or space")
            }
            name = try tx.repo(kind, try RepoID(scope.entityName), for: viewer, .see).fullName
        }
        return TokenScope(entityType: scope.entityType, entityName: name, permissions: scope.permissions)
    }
}
