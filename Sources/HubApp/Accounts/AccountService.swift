// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import HubStore

/// Accounts, organisations, tokens, and who a request comes from.
public struct AccountService: Sendable {
    let hub: Hub

    /// The viewer that a bearer token stands for; without one, nobody.
    /// - Throws: ``HubError/Code/invalidCredentials`` if the token is unknown, expired or revoked.
    public func viewer(token secret: String?) async throws -> Viewer {
        guard let secret else { return .anonymous }
        let hash = AccessTokenSecret.hash(secret)
        let now = hub.clock.now
        let viewer = try await hub.store.read { tx -> Viewer? in
            guard let (token, account) = try tx.token(hash: hash), token.isValid(at: now), account.disabledAt == nil
            else { return nil }
            return Viewer(account: account, token: token, memberships: try tx.memberships(ofUser: account.id))
        }
        guard let viewer else {
            throw HubError(.invalidCredentials, "Invalid credentials in Authorization header")
        }
        if let token = viewer.token { hub.downloadCounter.noteTokenUse(token.id, at: now) }
        return viewer
    }

    /// Whether nobody can administer this hub yet.
    public func needsFirstAdmin() async throws -> Bool { try await hub.store.read { try !$0.hasAdmin() } }

    /// Makes a user with a write token.
    /// - Parameters:
    ///   - secret: the token to give it, or `nil` for a fresh one.
    ///   - password: to sign in with; `nil` is none.
    public func createUser(
        _ name: AccountName,
        fullName: String?,
        email: String?,
        isAdmin: Bool,
        secret: AccessTokenSecret? = nil,
        password: String? = nil,
        by viewer: Viewer = .machineOperator
    ) async throws -> (account: AccountRecord, secret: AccessTokenSecret) {
        let secret = secret ?? AccessTokenSecret.generate()
        if let password { try PasswordRules.check(password, name: name.text, email: email) }
        var hash: PasswordHash?
        if let password { hash = try await hub.hasher.hash(password) }
        let now = hub.clock.now
        let account = try await hub.store.write(durable: true) { [hash] tx in
            let account = try tx.insertUser(name, fullName: fullName, email: email, isAdmin: isAdmin, at: now)
            try tx.insertToken(
                account: account.id,
                name: "default",
                hash: secret.hash,
                role: .write,
                scopes: [],
                expiresAt: nil,
                at: now
            )
            if let hash { try tx.setPasswordHash(hash.text, ofAccount: account.id, at: now) }
            try tx.audit(.userCreate, account.name, by: viewer, ["admin": .bool(isAdmin)], at: now)
            return account
        }
        return (account, secret)
    }

    /// Makes an organisation with its first members.
    /// - Throws: ``HubError/Code/notFound`` if a member is no user; nothing was made then.
    public func createOrganisation(
        _ name: AccountName,
        fullName: String?,
        members: [(user: AccountName, role: Role)],
        defaultVisibility: Visibility,
        by viewer: Viewer = .machineOperator
    ) async throws -> AccountRecord {
        let now = hub.clock.now
        return try await hub.store.write(durable: true) { tx in
            let organisation = try tx.insertAccount(
                publicID: RandomID.publicID(),
                kind: .org,
                name: name,
                fullName: fullName ?? name.text,
                email: nil,
                isAdmin: false,
                defaultVisibility: defaultVisibility,
                at: now
            )
            for member in members {
                guard let user = try tx.read.account(named: member.user), user.kind == .user else {
                    throw HubError(.notFound, "There is no user called '\(member.user)'")
                }
                try tx.setMembership(org: organisation.id, user: user.id, role: member.role, at: now)
                let change: JSONObject = ["user": .string(user.name), "role": .string(member.role.rawValue)]
                try tx.audit(.memberChange, organisation.name, by: viewer, change, at: now)
            }
            try tx.appendEvent("org.create", account: organisation.id, repo: nil, at: now)
            try tx.audit(.orgCreate, organisation.name, by: viewer, at: now)
            return organisation
        }
    }

    /// Gives a user one more token.
    public func createToken(
        for name: AccountName,
        tokenName: String,
        role: TokenRole,
        scopes: [TokenScope],
        canReadGated: Bool = false,
        lifetimeSeconds: Int64?,
        secret: AccessTokenSecret? = nil,
        by viewer: Viewer = .machineOperator
    ) async throws -> AccessTokenSecret {
        var new = NewToken(name: tokenName, role: role)
        new.scopes = scopes
        new.canReadGated = canReadGated
        new.lifetimeSeconds = lifetimeSeconds
        try new.check()
        let secret = secret ?? AccessTokenSecret.generate()
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let user = try Self.user(name, tx.read)
            try tx.insertToken(
                account: user.id,
                name: tokenName,
                hash: secret.hash,
                role: role,
                scopes: scopes,
                canReadGated: canReadGated,
                expiresAt: lifetimeSeconds.map { now.adding(seconds: $0) },
                at: now
            )
            try tx.appendEvent("token.create", account: user.id, repo: nil, at: now)
            let token: JSONObject = ["name": .string(tokenName), "role": .string(role.rawValue)]
            try tx.audit(.tokenCreate, user.name, by: viewer, token, at: now)
        }
        return secret
    }

    /// A user's tokens that were not revoked, the latest first, as JSON without their secrets.
    /// - Throws: ``HubError/Code/notFound`` if there is no such user.
    public func tokens(of name: AccountName) async throws -> [JSONValue] {
        let now = hub.clock.now
        return try await hub.store.read { tx in
            let user = try Self.user(name, tx)
            return try tx.tokens(ofAccount: user.id).map {
                TokenPresenter.json($0, viewer: .machineOperator, at: now)
            }
        }
    }

    /// Revokes the tokens of a user that go by a name, or the one that is given; they open nothing from now on.
    /// - Returns: how many were valid until now.
    /// - Throws: ``HubError/Code/notFound`` if there was none.
    public func revokeTokens(
        of name: AccountName,
        tokenName: String?,
        secret: AccessTokenSecret?,
        by viewer: Viewer = .machineOperator
    ) async throws -> Int {
        let now = hub.clock.now
        return try await hub.store.write(durable: true) { tx in
            let user = try Self.user(name, tx.read)
            let revoked = try tx.revokeTokens(account: user.id, name: tokenName, hash: secret?.hash, at: now)
            guard revoked > 0 else { throw HubError(.notFound, "\(user.name) has no such valid token") }
            try tx.appendEvent("token.revoke", account: user.id, repo: nil, at: now)
            let token: JSONObject = [
                "name": tokenName.map(JSONValue.string) ?? .null, "revoked": .int(Int64(revoked)),
            ]
            try tx.audit(.tokenRevoke, user.name, by: viewer, token, at: now)
            return revoked
        }
    }

    private static func user(_ name: AccountName, _ tx: ReadTransaction) throws -> AccountRecord {
        guard let user = try tx.account(named: name), user.kind == .user else {
            throw HubError(.notFound, "There is no user called '\(name)'")
        }
        return user
    }
}

extension WriteTransaction {
    /// A user without a token, and the event that tells of it.
    /// - Throws: ``HubError/Code/conflict`` if the name is taken.
    func insertUser(
        _ name: AccountName,
        fullName: String?,
        email: String?,
        isEmailVerified: Bool = true,
        isAdmin: Bool = false,
        at now: Timestamp
    ) throws -> AccountRecord {
        let account = try insertAccount(
            publicID: RandomID.publicID(),
            kind: .user,
            name: name,
            fullName: fullName ?? name.text,
            email: email,
            isEmailVerified: isEmailVerified,
            isAdmin: isAdmin,
            defaultVisibility: .public,
            at: now
        )
        try appendEvent("user.create", account: account.id, repo: nil, at: now)
        return account
    }
}
