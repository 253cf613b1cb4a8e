// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Signing in by password, and changing it.
public struct PasswordService: Sendable {
    let hub: Hub

    /// What whoever cannot sign in hears, whether it was the name or the password: neither is told.
    public static let refusal = "This name and password do not belong together"

    /// Signs in.
    /// - Parameter name: of a user, or their address of mail.
    /// - Throws: ``HubError/Code/invalidCredentials``, ``HubError/Code/rateLimited`` with the seconds to wait,
    ///   ``HubError/Code/overloaded``, ``HubError/Code/forbidden`` for a disabled account whose password is right.
    public func signIn(_ name: String, password: String, from browser: BrowserOrigin) async throws
        -> SessionService.Begun
    {
        let name = Self.trimmed(name)
        let attempt = try hub.throttle.begin(account: name, network: browser.network)
        let account: AccountRecord
        do { account = try await user(name, password) } catch let error as HubError
            where error.code != .invalidCredentials
        {
            hub.throttle.withdraw(attempt)
            throw error
        }
        hub.throttle.succeed(attempt)
        return try await hub.sessions.begin(account, by: "password", from: browser)
    }

    /// Whose name and password these are.
    private func user(_ name: String, _ password: String) async throws -> AccountRecord {
        let (account, hash) = try await hub.store.read { tx -> (AccountRecord?, PasswordHash?) in
            guard let account = try Self.find(name, tx) else { return (nil, nil) }
            return (account, try tx.passwordHash(ofAccount: account.id).map { try PasswordHash(stored: $0) })
        }
        // What is longer cannot have been set, and would take time to hash.
        let isPossible = password.utf8.count <= PasswordRules.maximum
        let matches = try await hub.hasher.matches(isPossible ? password : "", isPossible ? hash : nil)
        guard matches, let account, let hash else { throw HubError(.invalidCredentials, Self.refusal) }
        if hash.isWeaker(than: hub.hasher.cost) {
            let stronger = try await hub.hasher.hash(password)
            try await hub.store.write {
                try $0.replacePasswordHash(hash.text, with: stronger.text, ofAccount: account.id)
            }
        }
        return account
    }

    /// Changes the viewer's password, and ends all their sessions but the one they came with.
    /// - Parameter current: what it was; needed where there is one.
    /// - Throws: ``HubError/Code/forbidden`` for a wrong current password or a token that may not,
    ///   ``HubError/Code/unprocessable`` for a new one that will not do, ``HubError/Code/rateLimited``.
    public func change(current: String?, to password: String, network: String, viewer: Viewer) async throws {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Sign in to change your password") }
        guard viewer.mayDoAll else {
            throw HubError(.forbidden, "A password is changed by who is signed in, or with a token with the role write")
        }
        try PasswordRules.check(password, name: account.name, email: account.email)
        let stored = try await hub.store.read { try $0.passwordHash(ofAccount: account.id) }
        if let stored {
            // A stolen session is not to be a way to guess faster.
            let attempt = try hub.throttle.begin(account: account.name, network: network)
            guard try await hub.hasher.matches(current ?? "", try PasswordHash(stored: stored)) else {
                throw HubError(.forbidden, "The current password is another one")
            }
            hub.throttle.succeed(attempt)
        } else if let end = viewer.endsAt {
            throw HubError(
                .forbidden,
                "Your access token ends at \(end.iso8601): a first password takes one that does not end, or an administrator"
            )
        }
        try await set(password, of: account, keeping: viewer.sessionHash, by: viewer)
    }

    /// Sets a user's password without knowing the former one, and ends all their sessions.
    /// - Throws: ``HubError/Code/notFound``, ``HubError/Code/unprocessable``, ``HubError/Code/forbidden`` for who does not
    ///   administer the hub.
    public func set(_ password: String, of name: AccountName, by viewer: Viewer = .machineOperator) async throws {
        try viewer.requireOperator()
        let account = try await hub.store.read { try $0.person(name, .user) }
        try PasswordRules.check(password, name: account.name, email: account.email)
        try await set(password, of: account, keeping: viewer.sessionHash, by: viewer)
    }

    private func set(_ password: String, of account: AccountRecord, keeping session: [UInt8]?, by viewer: Viewer)
        async throws
    {
        let hash = try await hub.hasher.hash(password)
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            try tx.setPasswordHash(hash.text, ofAccount: account.id, at: now)
            let ended = try tx.deleteSessions(ofAccount: account.id, except: session)
            try tx.audit(.passwordSet, account.name, by: viewer, ["endedSessions": .int(Int64(ended))], at: now)
        }
    }

    /// Whether the viewer has one.
    public func exists(_ viewer: Viewer) async throws -> Bool {
        guard let id = viewer.account?.id else { return false }
        return try await hub.store.read { try $0.passwordHash(ofAccount: id) != nil }
    }

    private static func find(_ name: String, _ tx: ReadTransaction) throws -> AccountRecord? {
        if name.contains("@") { return try tx.user(email: name) }
        // What nobody can be called is nobody.
        guard let name = try? AccountName(name) else { return nil }
        return try tx.account(named: name).flatMap { $0.kind == .user ? $0 : nil }
    }

    static func trimmed(_ text: String) -> String {
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
