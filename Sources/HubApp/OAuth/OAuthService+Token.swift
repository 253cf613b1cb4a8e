// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// The token endpoint: codes and refresh tokens in, access tokens out.
extension OAuthService {
    /// Answers `POST /oauth/token`.
    /// - Parameters:
    ///   - items: of the form.
    ///   - base: the hub's address, as the issuer of ID tokens.
    /// - Throws: ``OAuthError``.
    public func token(_ client: OAuthClient, _ items: [String: String], base: String) async throws -> JSONValue {
        let issued: Issued
        switch items["grant_type"] {
        case "authorization_code": issued = try await exchange(client) { try approvedCode(items, $0, $1) }
        case Self.deviceGrant:
            guard let code = items["device_code"] else { throw OAuthError(.invalidRequest, "device_code is missing") }
            issued = try await exchange(client) { try approvedDevice(code, $0, $1) }
        case "refresh_token":
            guard let token = items["refresh_token"] else {
                throw OAuthError(.invalidRequest, "refresh_token is missing")
            }
            issued = try await refresh(client, token)
        case nil: throw OAuthError(.invalidRequest, "grant_type is missing")
        default:
            throw OAuthError(
                .unsupportedGrantType,
                "grant_type must be authorization_code, refresh_token or \(Self.deviceGrant)"
            )
        }
        var answer: JSONObject = [
            "access_token": .string(issued.access), "token_type": "bearer",
            "expires_in": .int(Self.accessTokenSeconds), "refresh_token": .string(issued.refresh),
            "scope": .string(issued.grant.scopes.joined(separator: " ")),
        ]
        if issued.grant.scopes.contains(OAuthScope.openID.rawValue) {
            answer["id_token"] = .string(try await idToken(issued, base: base))
        }
        return .object(answer)
    }

    /// Ends an access token or a refresh token, and with either all of its grant. What is not known is no error.
    public func revoke(_ client: OAuthClient, _ text: String) async throws {
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let app = try self.app(client, tx.read)
            let hash = AccessTokenSecret.hash(text)
            let grantID: Int64?
            if let token = try tx.read.oauthToken(refreshHash: hash) {
                grantID = token.grantID
            } else if let token = try tx.read.token(hash: hash)?.token {
                grantID = try tx.read.oauthGrantID(ofToken: token.id)
            } else {
                grantID = nil
            }
            guard let id = grantID, let grant = try tx.read.oauthGrant(id: id), grant.appID == app.id else { return }
            try tx.revokeOAuthGrant(id: id, at: now)
            let account = try grant.accountID.flatMap { try tx.read.account(id: $0) }
            let viewer = Viewer(account: account, token: nil, memberships: [])
            try tx.audit(.oauthRevoke, app.name, by: viewer, ["client": .string(app.clientID)], at: now)
        }
    }

    /// Fresh tokens, and what they were granted for.
    struct Issued {
        let access: String
        let refresh: String
        let grant: OAuthGrantRecord
        let app: OAuthAppRecord
        let account: AccountRecord
        let memberships: [MembershipRecord]
    }

    private func exchange(
        _ client: OAuthClient,
        _ find: @escaping @Sendable (OAuthAppRecord, WriteTransaction) throws -> OAuthGrantRecord
    ) async throws -> Issued {
        let now = hub.clock.now
        // What is refused has to be noted all the same, so a refusal is a value here: throwing would undo the note.
        let outcome = try await hub.store.write(durable: true) { tx -> Result<Issued, OAuthError> in
            let app = try self.app(client, tx.read)
            do {
                let grant = try find(app, tx)
                try tx.exchangeOAuthGrant(id: grant.id)
                return .success(try issue(grant, app, tx, at: now))
            } catch let refused as PollRefused {
                try tx.notePoll(ofOAuthGrant: refused.grant, at: now)
                return .failure(refused.error)
            } catch let reused as CodeReused {
                try tx.revokeOAuthGrant(id: reused.grant, at: now)
                return .failure(OAuthError(.invalidGrant, "The code was used before; what it gave is revoked"))
            }
        }
        return try outcome.get()
    }

    private func refresh(_ client: OAuthClient, _ text: String) async throws -> Issued {
        let now = hub.clock.now
        let hash = AccessTokenSecret.hash(text)
        let outcome = try await hub.store.write(durable: true) { tx -> Result<Issued, OAuthError> in
            let app = try self.app(client, tx.read)
            guard let token = try tx.read.oauthToken(refreshHash: hash),
                let grant = try tx.read.oauthGrant(id: token.grantID), grant.appID == app.id
            else { return .failure(OAuthError(.invalidGrant, "The refresh_token is not known")) }
            if let usedAt = token.usedAt, now >= usedAt.adding(seconds: Self.reuseSeconds) {
                try tx.revokeOAuthGrant(id: grant.id, at: now)
                return .failure(
                    OAuthError(
                        .invalidGrant,
                        "The refresh_token was used before; all tokens of this sign-in are revoked"
                    )
                )
            }
            guard now < token.expiresAt else {
                return .failure(OAuthError(.invalidGrant, "The refresh_token has expired"))
            }
            guard try tx.read.token(id: token.tokenID)?.revokedAt == nil || token.usedAt != nil else {
                return .failure(OAuthError(.invalidGrant, "The access token beside this one was revoked"))
            }
            if token.usedAt == nil { try tx.noteUse(ofRefreshToken: hash, at: now) }
            try tx.retireTokens(ofOAuthGrant: grant.id, at: now)
            return .success(try issue(grant, app, tx, at: now))
        }
        return try outcome.get()
    }

    private func issue(
        _ grant: OAuthGrantRecord,
        _ app: OAuthAppRecord,
        _ tx: WriteTransaction,
        at now: Timestamp
    ) throws -> Issued {
        guard let account = try grant.accountID.flatMap({ try tx.read.account(id: $0) }) else {
            throw OAuthError(.invalidGrant, "Who granted this is not on the hub any more")
        }
        guard account.disabledAt == nil else {
            throw OAuthError(.invalidGrant, "The account of who granted this is disabled")
        }
        guard try tx.read.tokens(ofAccount: account.id).count < TokenService.maximumTokens else {
            throw OAuthError(.invalidGrant, "\(account.name) has too many access tokens: revoke some")
        }
        let access = AccessTokenSecret.generate(prefix: "hf_oauth_")
        let refresh = AccessTokenSecret.generate(prefix: "hf_oauth__refresh_")
        let (role, canReadGated) = OAuthScope.token(grant.scopes.compactMap(OAuthScope.init(rawValue:)))
        try tx.insertToken(
            account: account.id,
            name: "OAuth: \(app.name)",
            hash: access.hash,
            role: role,
            scopes: [],
            canReadGated: canReadGated,
            expiresAt: now.adding(seconds: Self.accessTokenSeconds),
            at: now
        )
        guard let token = try tx.read.token(hash: access.hash)?.token else {
            throw HubError(.internal, "The token just made is not there")
        }
        try tx.insertOAuthToken(
            refreshHash: refresh.hash,
            grant: grant.id,
            token: token.id,
            expiresAt: now.adding(seconds: Self.refreshTokenSeconds)
        )
        return Issued(
            access: access.text,
            refresh: refresh.text,
            grant: grant,
            app: app,
            account: account,
            memberships: try tx.read.memberships(ofUser: account.id)
        )
    }
}
