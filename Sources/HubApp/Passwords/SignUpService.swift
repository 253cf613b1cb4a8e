// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Making an account for oneself.
public struct SignUpService: Sendable {
    let hub: Hub

    /// What somebody types in.
    public struct Form: Sendable {
        public var name: String
        public var fullName: String
        public var email: String
        public var password: String
        /// The invitation's code; empty without one.
        public var invitation: String

        public init(name: String, fullName: String, email: String, password: String, invitation: String) {
            self.name = name
            self.fullName = fullName
            self.email = email
            self.password = password
            self.invitation = invitation
        }
    }

    public var policy: SignUp { hub.limits.signUp }

    /// Whether an invitation's code still admits somebody; where everybody may sign up, none is needed.
    /// - Throws: ``HubError/Code/forbidden`` that says what to do.
    public func check(invitation code: String) async throws {
        guard policy != .open else { return }
        let now = hub.clock.now
        _ = try await hub.store.read { try self.invitation(code, $0, at: now) }
    }

    /// Makes the account and signs in.
    /// - Throws: ``HubError/Code/forbidden`` without an invitation where one is needed, ``HubError/Code/badRequest`` and
    ///   ``HubError/Code/unprocessable`` for what cannot be, ``HubError/Code/conflict`` for a name that is taken,
    ///   ``HubError/Code/rateLimited``, ``HubError/Code/overloaded``.
    public func join(_ form: Form, from browser: BrowserOrigin) async throws -> SessionService.Begun {
        let now = hub.clock.now
        // Where nobody may, nothing is to be slowed down.
        guard policy != .closed else { throw Self.closed }
        try hub.throttle.beginJoining(network: browser.network)
        _ = try await hub.store.read { try self.invitation(form.invitation, $0, at: now) }
        let name = try AccountName(PasswordService.trimmed(form.name))
        let profile = try ProfileFields(fullName: form.fullName, email: form.email)
        try PasswordRules.check(form.password, name: name.text, email: profile.email)
        // Before the work of hashing; the transaction looks again.
        guard try await hub.store.read({ try $0.account(named: name) }) == nil else { throw Self.taken(name) }
        let hash = try await hub.hasher.hash(form.password)
        return try await hub.store.write(durable: true) { tx in
            let invitation = try self.invitation(form.invitation, tx.read, at: now)
            guard try tx.read.account(named: name) == nil else { throw Self.taken(name) }
            if let invitation, try !tx.useInvitation(id: invitation.id, at: now) { throw Self.invited }
            let account = try tx.insertUser(
                name,
                fullName: profile.fullName,
                email: profile.email,
                isEmailVerified: false,
                at: now
            )
            try tx.setPasswordHash(hash.text, ofAccount: account.id, at: now)
            var viewer = Viewer(account: account, token: nil, memberships: [])
            viewer.origin = browser.origin
            let data: JSONObject = invitation.map { ["invitation": .int($0.id)] } ?? [:]
            try tx.audit(.userJoin, account.name, by: viewer, data, at: now)
            return try tx.beginSession(
                account,
                token: nil,
                lifetime: SessionService.lifetimeSeconds,
                viewer,
                "password",
                browser,
                at: now
            )
        }
    }

    /// - Throws: ``HubError/Code/forbidden`` where one is needed and the code is none that still admits somebody.
    private func invitation(_ code: String, _ tx: ReadTransaction, at now: Timestamp) throws -> InvitationRecord? {
        switch policy {
        case .open: return nil
        case .closed: throw Self.closed
        case .invitation:
            guard (1...200).contains(code.utf8.count),
                let found = try tx.invitation(hash: AccessTokenSecret.hash(code), at: now)
            else { throw Self.invited }
            return found
        }
    }

    private static let closed = HubError(
        .forbidden,
        "Nobody can sign up on this hub: its administrators make accounts"
    )

    private static let invited = HubError(
        .forbidden,
        "Signing up on this hub takes an invitation that was not used up and has not ended: ask who invited you for another"
    )

    private static func taken(_ name: AccountName) -> HubError {
        HubError(.conflict, "The name \(name) is taken")
    }
}
