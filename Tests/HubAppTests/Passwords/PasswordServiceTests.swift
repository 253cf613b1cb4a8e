// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import Synchronization
import Testing

@testable import HubApp

@Suite struct PasswordServiceTests {
    private static let password = "correct horse battery"

    private func make(_ test: TestHub, _ name: String, email: String? = nil, isAdmin: Bool = false) async throws {
        _ = try await test.hub.accounts.createUser(
            AccountName(name),
            fullName: nil,
            email: email,
            isAdmin: isAdmin,
            password: Self.password
        )
    }

    private func signIn(_ test: TestHub, _ name: String, _ password: String = password, _ network: String = "n")
        async throws -> SessionService.Session
    {
        let begun = try await test.hub.passwords.signIn(name, password: password, from: SignUpTests.browser(network))
        return try #require(try await test.hub.sessions.find(begun.secret, origin: RequestOrigin()))
    }

    @Test func `by name in any case, by address, and not with anything else`() async throws {
        try await withTestHub { test in
            try await make(test, "Ada", email: "ada@example.org")
            _ = try await test.user("bob")
            for name in ["Ada", "ada", " ADA ", "ada@example.org", "Ada@Example.Org"] {
                #expect(try await signIn(test, name).name == "Ada")
            }
            for (name, password) in [
                ("ada", "wrong"), ("ada", ""), ("nobody", Self.password), ("bob", Self.password), ("bob", ""),
                ("x@example.org", Self.password), ("--", Self.password),
                ("ada", Self.password + String(repeating: "x", count: 2000)),
            ] {
                let code = await asyncCodeThrown {
                    try await test.hub.passwords.signIn(
                        name,
                        password: password,
                        from: SignUpTests.browser("n \(name) \(password.count)")
                    )
                }
                #expect(code == .invalidCredentials, "\(name)")
            }
        }
    }

    /// By the time that it takes nobody tells whether there is such a user: the work is the same.
    @Test(arguments: ["ada", "bob", "nobody", "nobody@example.org", "--"])
    func `whoever it is, one password is compared`(_ name: String) async throws {
        try await withTestHub { test in
            try await make(test, "ada")
            _ = try await test.user("bob")
            let before = test.hub.hasher.comparisons.load(ordering: .relaxed)
            #expect(await asyncCodeThrown { try await signIn(test, name, "not the password") } == .invalidCredentials)
            #expect(test.hub.hasher.comparisons.load(ordering: .relaxed) == before + 1)
        }
    }

    @Test func `nobody's hash costs what others do`() async throws {
        let hasher = PasswordHasher(cost: .init(memory: 64, passes: 1))
        #expect(try await !hasher.matches("anything", nil))
        #expect(try await hasher.matches("a password", try await hasher.hash("a password")))
    }

    /// The address of somebody who came first is not taken over by who claims it later.
    @Test func `of two with one address the first signs in by it`() async throws {
        try await withTestHub { test in
            try await make(test, "ada", email: "ada@example.org")
            try await make(test, "eve", email: "ADA@example.org")
            #expect(try await signIn(test, "ada@example.org").name == "ada")
            #expect(try await signIn(test, "eve").name == "eve")
        }
    }

    @Test func `a weak hash is made anew when its password is there`() async throws {
        try await withTestHub { test in
            try await make(test, "ada")
            let weak = try PasswordHash(of: Self.password, cost: .init(memory: 64, passes: 1))
            let id = try #require(try await test.hub.store.read { try $0.account(named: AccountName("ada")) }).id
            try await test.hub.store.write { try $0.setPasswordHash(weak.text, ofAccount: id, at: test.clock.now) }
            _ = try await signIn(test, "ada")
            let now = try #require(try await test.hub.store.read { try $0.passwordHash(ofAccount: id) })
            #expect(try PasswordHash(stored: now).cost == .standard)
            _ = try await signIn(test, "ada")
        }
    }

    @Test func `a change needs the current one, and ends all other sessions`() async throws {
        try await withTestHub { test in
            try await make(test, "ada")
            let here = try await signIn(test, "ada")
            let there = try await test.hub.passwords.signIn(
                "ada",
                password: Self.password,
                from: SignUpTests.browser("there")
            )
            #expect(
                await asyncCodeThrown {
                    try await test.hub.passwords.change(
                        current: "wrong",
                        to: "another good one",
                        network: "n",
                        viewer: here.viewer
                    )
                } == .forbidden
            )
            #expect(
                await asyncCodeThrown {
                    try await test.hub.passwords.change(
                        current: Self.password,
                        to: "short",
                        network: "n",
                        viewer: here.viewer
                    )
                } == .unprocessable
            )
            try await test.hub.passwords.change(
                current: Self.password,
                to: "another good one",
                network: "n",
                viewer: here.viewer
            )
            #expect(try await test.hub.sessions.find(there.secret, origin: RequestOrigin()) == nil)
            #expect(try await test.hub.sessions.list(here.viewer).arrayValue?.count == 1)
            #expect(await asyncCodeThrown { try await signIn(test, "ada") } == .invalidCredentials)
            _ = try await signIn(test, "ada", "another good one")
        }
    }

    @Test func `a session that began with a token that ends leaves nothing that lasts longer`() async throws {
        try await withTestHub { test in
            _ = try await test.user("bob")
            let secret = try await test.hub.accounts.createToken(
                for: AccountName("bob"),
                tokenName: "short",
                role: .write,
                scopes: [],
                lifetimeSeconds: 600
            )
            let begun = try await test.hub.sessions.begin(token: secret.text, from: SignUpTests.browser())
            let session = try #require(try await test.hub.sessions.find(begun.secret, origin: RequestOrigin()))
            var new = NewToken(name: "longer", role: .write)
            new.lifetimeSeconds = 6000
            #expect(
                await asyncCodeThrown { try await test.hub.tokens.create(new, viewer: session.viewer) } == .forbidden
            )
            new.lifetimeSeconds = nil
            let made = try await test.hub.tokens.create(new, viewer: session.viewer)
            #expect(made.json["expiresAt"] != nil)
            #expect(
                await asyncCodeThrown {
                    try await test.hub.passwords.change(
                        current: nil,
                        to: Self.password,
                        network: "n",
                        viewer: session.viewer
                    )
                } == .forbidden
            )
        }
    }

    @Test func `who is disabled opens nothing, and everything again when enabled`() async throws {
        try await withTestHub { test in
            try await make(test, "root", isAdmin: true)
            let bob = try await test.hub.accounts.createUser(
                AccountName("bob"),
                fullName: nil,
                email: nil,
                isAdmin: false,
                password: Self.password
            )
            let begun = try await test.hub.passwords.signIn("bob", password: Self.password, from: SignUpTests.browser())
            var change = AdministrationService.UserChange()
            change.isDisabled = true
            let root = try await signIn(test, "root").viewer
            _ = try await test.hub.administration.update(AccountName("bob"), change, by: root)
            #expect(try await test.hub.sessions.find(begun.secret, origin: RequestOrigin()) == nil)
            #expect(
                await asyncCodeThrown { try await test.hub.accounts.viewer(token: bob.secret.text) }
                    == .invalidCredentials
            )
            #expect(await asyncCodeThrown { try await signIn(test, "bob") } == .forbidden)
            #expect(await asyncCodeThrown { try await signIn(test, "bob", "wrong password") } == .invalidCredentials)
            change.isDisabled = false
            _ = try await test.hub.administration.update(AccountName("bob"), change, by: root)
            _ = try await test.hub.accounts.viewer(token: bob.secret.text)
            #expect(try await signIn(test, "bob").name == "bob")
        }
    }

    @Test func `no password is on record`() async throws {
        try await withTestHub { test in
            try await make(test, "ada")
            _ = try await signIn(test, "ada")
            _ = await asyncCodeThrown { try await signIn(test, "ada", "a wrong password") }
            try await test.hub.passwords.set("another good one", of: AccountName("ada"))
            var acts = ""
            try await test.hub.audit.forEach { acts += $0.serialized + "\n" }
            #expect(acts.contains("password.set"))
            for secret in [Self.password, "a wrong password", "another good one", "argon2", "session_"] {
                #expect(!acts.contains(secret))
            }
        }
    }
}
