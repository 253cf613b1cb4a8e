// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Browsers that somebody is signed in with: by an access token once shown, or by an identity provider.
public struct SessionService: Sendable {
    let hub: Hub

    /// Seconds a session lasts, if the token it began with does.
    public static let lifetimeSeconds: Int64 = 14 * 86_400

    private static let touchSeconds: Int64 = 600

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
        let found: (session: Session, lastUsed: Timestamp?)? = try await hub.store.read { tx in
            guard let (record, account) = try tx.session(hash: hash, at: now) else { return nil }
            var viewer = Viewer(
                account: account,
                token: nil,
                memberships: try tx.memberships(ofUser: account.id),
                isSession: true
            )
            viewer.origin = origin
            viewer.sessionHash = hash
            viewer.sessionEndsAt = record.tokenExpiresAt
            let session = Session(
                viewer: viewer,
                name: account.name,
                formKey: hub.signer.sign(signed),
                account: account,
                signed: signed
            )
            return (session, record.lastUsedAt)
        }
        guard let found else { return nil }
        // Often enough to recognise a session by, seldom enough not to write with every page.
        if found.lastUsed.map({ $0.adding(seconds: Self.touchSeconds) < now }) ?? true {
            try await hub.store.write { try $0.touchSession(hash: hash, at: now) }
        }
        return found.session
    }

    /// Whether a form carries the session's key.
    public func isValid(_ formKey: String?, of session: Session) -> Bool {
        hub.signer.isValid(formKey ?? "", for: session.signed)
    }

    /// Signs in with an access token.
    /// - Throws: ``HubError/Code/invalidCredentials``, ``HubError/Code/forbidden`` for a token that may do less than its
    ///   owner: a session may do all.
    public func begin(token text: String, from browser: BrowserOrigin) async throws -> Begun {
        var viewer = try await hub.accounts.viewer(token: text)
        viewer.origin = browser.origin
        guard let account = viewer.account, let token = viewer.token, token.role == .write else {
            throw HubError(.forbidden, "Signing in takes an access token with the role write")
        }
        let left = token.expiresAt.map { $0.seconds - hub.clock.now.seconds } ?? Self.lifetimeSeconds
        return try await hub.store.write(durable: true) { [viewer] tx in
            try tx.beginSession(
                account,
                token: token.id,
                lifetime: min(left, Self.lifetimeSeconds),
                viewer,
                "token",
                browser,
                at: hub.clock.now
            )
        }
    }

    /// Signs in whom a password or an identity provider has named.
    func begin(_ account: AccountRecord, by means: String, from browser: BrowserOrigin) async throws -> Begun {
        guard account.disabledAt == nil else { throw HubError.disabled }
        var viewer = Viewer(account: account, token: nil, memberships: [])
        viewer.origin = browser.origin
        return try await hub.store.write(durable: true) { [viewer] tx in
            try tx.beginSession(
                account,
                token: nil,
                lifetime: Self.lifetimeSeconds,
                viewer,
                means,
                browser,
                at: hub.clock.now
            )
        }
    }

    /// Signs out.
    public func end(_ secret: String) async throws {
        let hash = AccessTokenSecret.hash(secret)
        try await hub.store.write { try $0.deleteSession(hash: hash) }
    }
}

/// The browser that somebody signs in with.
public struct BrowserOrigin: Sendable {
    public let origin: RequestOrigin
    /// What it calls itself.
    public let agent: String?
    /// The network it is in, as far as one party can be told from another.
    public let network: String
    /// The secret of the session it has had so far, which ends with a new one.
    public let formerSecret: String?

    public init(origin: RequestOrigin, agent: String?, network: String, formerSecret: String? = nil) {
        self.origin = origin
        self.agent = agent.map { String($0.prefix(300)) }
        self.network = network
        self.formerSecret = formerSecret
    }
}

extension WriteTransaction {
    /// A session with a secret of its own, whatever the browser had before: that one ends.
    func beginSession(
        _ account: AccountRecord,
        token: Int64?,
        lifetime: Int64,
        _ viewer: Viewer,
        _ means: String,
        _ browser: BrowserOrigin,
        at now: Timestamp
    ) throws -> SessionService.Begun {
        let secret = AccessTokenSecret.generate(prefix: "session_")
        if let former = browser.formerSecret { try deleteSession(hash: AccessTokenSecret.hash(former)) }
        try insertSession(
            hash: secret.hash,
            account: account.id,
            token: token,
            means: means,
            address: browser.origin.address,
            agent: browser.agent,
            expiresAt: now.adding(seconds: lifetime),
            at: now
        )
        try audit(.sessionCreate, account.name, by: viewer, ["by": .string(means)], at: now)
        return SessionService.Begun(secret: secret.text, lifetime: lifetime, name: account.name)
    }
}

extension HubError {
    /// What those hear whose account an administrator has disabled.
    static let disabled = HubError(.forbidden, "This account is disabled; ask an administrator of this hub")
}
