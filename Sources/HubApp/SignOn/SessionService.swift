// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Browsers that somebody is signed in with: by an access token once shown, or by an identity provider.
public struct SessionService: Sendable {
    let hub: Hub

    /// Seconds a session lasts, if the token it began with does.
    public static let lifetimeSeconds: Int64 = 14 * 86_400

    /// A browser's session.
    public struct Session: Sendable {
        /// Who is signed in, without a token: what pages do is theirs alone.
        public let viewer: Viewer
        public let name: String
        /// What forms carry, so that no other site's form does anything here.
        public let formKey: String
        let account: AccountRecord
        /// Whether they administer the whole hub.
        public var isAdmin: Bool { account.isAdmin }
        /// What the form key signs.
        let signed: [String]
    }

    /// A session just begun: the only moment at which its secret is known.
    public struct Begun: Sendable {
        public let secret: String
        /// Seconds.
        public let lifetime: Int64
        public let name: String
    }

    /// The session that a cookie stands for, if it goes on.
    public func find(_ secret: String?, origin: RequestOrigin) async throws -> Session? {
        guard let secret, (1...200).contains(secret.utf8.count) else { return nil }
        let hash = AccessTokenSecret.hash(secret)
        let signed = ["session-form", Hex.encode(hash)]
        let now = hub.clock.now
        return try await hub.store.read { tx in
            guard let account = try tx.sessionAccount(hash: hash, at: now) else { return nil }
            var viewer = Viewer(
                account: account,
                token: nil,
                memberships: try tx.memberships(ofUser: account.id),
                isSession: true
            )
            viewer.origin = origin
            return Session(
                viewer: viewer,
                name: account.name,
                formKey: hub.signer.sign(signed),
                account: account,
                signed: signed
            )
        }
    }

    /// Whether a form carries the session's key.
    public func isValid(_ formKey: String?, of session: Session) -> Bool {
        hub.signer.isValid(formKey ?? "", for: session.signed)
    }

    /// Signs in with an access token.
    /// - Throws: ``HubError/Code/invalidCredentials``, ``HubError/Code/forbidden`` for a token that may do less than its
    ///   owner: a session may do all.
    public func begin(token text: String, origin: RequestOrigin) async throws -> Begun {
        var viewer = try await hub.accounts.viewer(token: text)
        viewer.origin = origin
        guard let account = viewer.account, let token = viewer.token, token.role == .write else {
            throw HubError(.forbidden, "Signing in takes an access token with the role write")
        }
        let left = token.expiresAt.map { $0.seconds - hub.clock.now.seconds } ?? Self.lifetimeSeconds
        return try await begin(account, token: token.id, lifetime: min(left, Self.lifetimeSeconds), viewer, "token")
    }

    /// Signs in whom an identity provider has named.
    func begin(_ account: AccountRecord, by provider: String, origin: RequestOrigin) async throws -> Begun {
        var viewer = Viewer(account: account, token: nil, memberships: [])
        viewer.origin = origin
        return try await begin(account, token: nil, lifetime: Self.lifetimeSeconds, viewer, provider)
    }

    private func begin(
        _ account: AccountRecord,
        token: Int64?,
        lifetime: Int64,
        _ viewer: Viewer,
        _ means: String
    ) async throws -> Begun {
        let secret = AccessTokenSecret.generate(prefix: "session_")
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            try tx.insertSession(
                hash: secret.hash,
                account: account.id,
                token: token,
                expiresAt: now.adding(seconds: lifetime),
                at: now
            )
            try tx.audit(.sessionCreate, account.name, by: viewer, ["by": .string(means)], at: now)
        }
        return Begun(secret: secret.text, lifetime: lifetime, name: account.name)
    }

    /// Signs out.
    public func end(_ secret: String) async throws {
        let hash = AccessTokenSecret.hash(secret)
        try await hub.store.write { try $0.deleteSession(hash: hash) }
    }
}
