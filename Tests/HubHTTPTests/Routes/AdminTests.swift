// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubTestSupport
import NIOHTTP1
import Testing

@testable import HubHTTP

/// The administration, over a real socket; what others may not is in the authorisation matrix too.
@Suite(.timeLimit(.minutes(2))) struct AdminTests {
    private static let password = SignInTests.password

    private static func withHub(
        _ body: @escaping @Sendable (TestHub, TestBrowser) async throws -> Void
    ) async throws {
        try await withTestHub { test in
            for (name, isAdmin) in [("root", true), ("ada", false)] {
                _ = try await test.hub.accounts.createUser(
                    AccountName(name),
                    fullName: nil,
                    email: nil,
                    isAdmin: isAdmin,
                    password: password
                )
            }
            var configuration = Configuration()
            configuration.oidcClientSecret = "provider-secret"
            configuration.port = 4711
            let router = hubRouter(
                test.hub,
                publicFiles: try PublicFiles(directory: "Public"),
                settings: configuration.effective,
                metrics: Metrics()
            )
            try await withServer(of: router) { port in try await body(test, TestBrowser(port: port)) }
        }
    }

    private static let pages = [
        "/admin", "/admin/users", "/admin/users/ada", "/admin/invitations", "/admin/quotas", "/admin/storage",
        "/admin/maintenance", "/admin/audit", "/admin/settings",
    ]
    private static let calls = [
        "/api/admin/users", "/api/admin/users/ada", "/api/admin/invitations", "/api/admin/quotas", "/api/admin/storage",
        "/api/admin/transfers", "/api/admin/inference", "/api/admin/gc", "/api/admin/damage", "/api/admin/audit",
        "/api/admin/settings",
    ]

    @Test func `who administers sees all of it, others nothing`() async throws {
        try await Self.withHub { test, browser in
            for path in Self.pages { #expect(try await browser.get(path).status == 401, "\(path)") }
            for path in Self.calls { #expect(try await browser.send(.GET, path).status == 401, "\(path)") }
            try await browser.signIn("ada", Self.password)
            for path in Self.pages { #expect(try await browser.get(path).status == 403, "\(path)") }
            for path in Self.calls { #expect(try await browser.call(.GET, path).status == 403, "\(path)") }
            try await browser.signIn("root", Self.password)
            for path in Self.pages {
                let page = try await browser.get(path)
                #expect(page.status == 200, "\(path)")
                #expect(page.headers.first(name: "Cache-Control") == "private, no-store")
                #expect(!page.text.contains("provider-secret"))
            }
            for path in Self.calls { #expect(try await browser.call(.GET, path).status == 200, "\(path)") }
        }
    }

    @Test(arguments: [("read", 403), ("write", 200), ("narrow", 403)])
    func `an administrator's token needs the role write`(_ role: String, _ status: Int) async throws {
        try await Self.withHub { test, browser in
            let token = try await test.hub.accounts.createToken(
                for: AccountName("root"),
                tokenName: role,
                role: TokenRole(rawValue: role) ?? .fineGrained,
                scopes: role == "narrow"
                    ? [TokenScope(entityType: "user", entityName: "root", permissions: [.write])] : [],
                lifetimeSeconds: nil
            )
            for path in Self.calls {
                let answer = try await browser.send(.GET, path, headers: [("Authorization", "Bearer \(token.text)")])
                #expect(answer.status == status, "\(path)")
            }
            // Pages are for who is signed in.
            let page = try await browser.send(
                .GET,
                "/admin",
                headers: [("Authorization", "Bearer \(token.text)"), ("Accept", "text/html")]
            )
            #expect(page.status == 401)
        }
    }

    @Test func `administration opens no repository of others`() async throws {
        try await Self.withHub { test, browser in
            let ada = try await test.viewer("ada", role: .write)
            try await test.repo("ada/secret", visibility: .private, as: ada)
            try await browser.signIn("root", Self.password)
            #expect(try await browser.call(.GET, "/api/models/ada/secret").status == 404)
            #expect(try await browser.get("/ada/secret").status == 404)
        }
    }

    @Test func `users are made, disabled, promoted and deleted with care`() async throws {
        try await Self.withHub { test, browser in
            try await browser.signIn("root", Self.password)
            let new: JSONValue = ["name": "bob", "password": .string(Self.password), "email": "bob@example.org"]
            #expect(try await browser.call(.POST, "/api/admin/users", new).status == 201)
            #expect(try await browser.call(.POST, "/api/admin/users", new).status == 409)
            let found = try await browser.call(.GET, "/api/admin/users?q=EXAMPLE.org").json
            #expect(found.arrayValue?.map { $0["name"] } == ["bob"])

            // The last administrator stays.
            for change: JSONValue in [["isAdmin": false], ["isDisabled": true]] {
                #expect(try await browser.call(.PATCH, "/api/admin/users/root", change).status == 409)
            }
            #expect(try await browser.call(.DELETE, "/api/admin/users/root").status == 409)

            let bob = TestBrowser(port: Int(browser.base.split(separator: ":").last ?? "") ?? 0)
            try await bob.signIn("bob", Self.password)
            #expect(try await browser.call(.PATCH, "/api/admin/users/bob", ["isAdmin": true]).json["isAdmin"] == true)
            #expect(try await bob.call(.GET, "/api/admin/users").status == 200)
            // At once, not with the next sign-in.
            #expect(try await browser.call(.PATCH, "/api/admin/users/bob", ["isAdmin": false]).status == 200)
            #expect(try await bob.call(.GET, "/api/admin/users").status == 403)

            #expect(try await browser.call(.PATCH, "/api/admin/users/bob", ["isDisabled": true]).status == 200)
            #expect(try await bob.get("/login").text.contains("name=\"password\""))
            let refused = try await bob.form("/login", ["name": "bob", "password": Self.password])
            #expect(refused.status == 403)

            let ada = try await test.viewer("ada", role: .write)
            try await test.repo("ada/m", as: ada)
            #expect(try await browser.call(.DELETE, "/api/admin/users/ada").status == 409)
            #expect(try await browser.call(.DELETE, "/api/admin/users/bob").status == 200)
            #expect(try await browser.call(.GET, "/api/admin/users/bob").status == 404)
        }
    }

    @Test func `an organisation keeps an administrator`() async throws {
        try await Self.withHub { test, browser in
            _ = try await test.hub.accounts.createOrganisation(
                AccountName("acme"),
                fullName: nil,
                members: [(try AccountName("ada"), .admin)],
                defaultVisibility: .public
            )
            try await browser.signIn("root", Self.password)
            let answer = try await browser.call(.DELETE, "/api/admin/users/ada")
            #expect(answer.status == 409)
            #expect(answer.text.contains("acme"))
        }
    }

    @Test func `passwords and quotas are set, and everything is on record without secrets`() async throws {
        try await Self.withHub { test, browser in
            let ada = TestBrowser(port: Int(browser.base.split(separator: ":").last ?? "") ?? 0)
            try await ada.signIn("ada", Self.password)
            try await browser.signIn("root", Self.password)
            let change: JSONValue = ["password": "another good one"]
            #expect(try await browser.call(.PUT, "/api/admin/users/ada/password", change).status == 200)
            #expect(try await browser.call(.PUT, "/api/admin/users/ada/password", ["password": "x"]).status == 422)
            #expect(try await ada.get("/login").text.contains("name=\"password\""))
            try await ada.signIn("ada", "another good one")

            for (quota, limit): (JSONValue, JSONValue) in [(1000, 1000), ("2000", 2000), ("none", .null)] {
                #expect(try await browser.call(.PUT, "/api/admin/quotas/ada", ["quota": quota]).status == 200)
                let found = try await browser.call(.GET, "/api/admin/quotas").json.arrayValue ?? []
                #expect(found.first { $0["name"] == "ada" }?["limit"] == limit)
            }
            #expect(try await browser.call(.PUT, "/api/admin/quotas/ada", ["quota": "much"]).status == 400)

            let made = try await browser.call(.POST, "/api/admin/invitations", ["uses": 3]).json
            let code = try #require(made["code"]?.stringValue)
            #expect(made["url"]?.stringValue == browser.base + "/join?invitation=" + code)
            let log = try await browser.call(.GET, "/api/admin/audit?limit=500").text
            for act in ["password.set", "quota.set", "invitation.create", "session.create"] {
                #expect(log.contains(act))
            }
            for secret in [code, "another good one", Self.password] { #expect(!log.contains(secret)) }
            let first = try await browser.call(.GET, "/api/admin/audit?limit=2&action=quota")
            #expect(first.json.arrayValue?.count == 2)
            #expect(first.headers.first(name: "Link")?.contains("cursor=") == true)
            let id = try #require(made["id"]?.intValue)
            #expect(try await browser.call(.DELETE, "/api/admin/invitations/\(id)").status == 200)
            #expect(try await browser.call(.DELETE, "/api/admin/invitations/\(id)").status == 404)
        }
    }

    @Test func `garbage is collected, or said to be`() async throws {
        try await Self.withHub { test, browser in
            try await browser.signIn("root", Self.password)
            let dry = try await browser.call(.POST, "/api/admin/gc", ["dryRun": true, "graceSeconds": 0]).json
            #expect(dry["isRunning"] == false)
            #expect(dry["outcome"]?["dryRun"] == true)
            #expect(dry["outcome"]?["blobs"] == 0)
            #expect(try await browser.call(.POST, "/api/admin/gc", ["graceSeconds": -1]).status == 400)
            _ = try await browser.call(.POST, "/api/admin/gc")
            let status = try await browser.call(.GET, "/api/admin/gc").json
            #expect(status["runs"]?.arrayValue?.first?["actor"] == "root")
        }
    }

    @Test func `settings are told without secrets`() async throws {
        try await Self.withHub { test, browser in
            try await browser.signIn("root", Self.password)
            let answer = try await browser.call(.GET, "/api/admin/settings")
            #expect(!answer.text.contains("provider-secret"))
            let settings = answer.json.arrayValue ?? []
            func setting(_ key: String) -> JSONValue? { settings.first { $0["key"] == .string(key) } }
            #expect(setting("oidc-client-secret")?["value"] == "(set)")
            #expect(setting("port")?["value"] == "4711")
            #expect(setting("port")?["isDefault"] == false)
            #expect(setting("sign-up")?["isDefault"] == true)
        }
    }

    @Test func `settings pages are for who is signed in`() async throws {
        try await Self.withHub { test, browser in
            let pages = ["/settings", "/settings/tokens", "/settings/organizations", "/settings/sessions"]
            for path in pages { #expect(try await browser.get(path).status == 401) }
            try await browser.signIn("ada", Self.password)
            let made = try await browser.call(.POST, "/api/settings/tokens", ["displayName": "ci", "role": "read"])
            #expect(made.status == 201)
            for path in pages {
                let page = try await browser.get(path)
                #expect(page.status == 200)
                #expect(!page.text.contains(made.json["token"]?.stringValue ?? "hf_"))
            }
            #expect(try await browser.get("/settings/tokens").text.contains("ci"))
        }
    }
}
