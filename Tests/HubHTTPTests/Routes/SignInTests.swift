// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubTestSupport
import NIOHTTP1
import Testing

@testable import HubHTTP

/// Passwords and sessions, over a real socket.
@Suite(.timeLimit(.minutes(2))) struct SignInTests {
    static let password = "correct horse battery"

    /// Runs `body` beside a hub with the user `ada`, who has a password.
    static func withHub(
        _ policy: SignUp = .closed,
        publicURL: PublicURL = PublicURL(),
        _ body: @escaping @Sendable (TestHub, TestBrowser) async throws -> Void
    ) async throws {
        var limits = HubLimits()
        limits.signUp = policy
        try await withTestHub(limits: limits) { test in
            _ = try await test.hub.accounts.createUser(
                AccountName("ada"),
                fullName: nil,
                email: "ada@example.org",
                isAdmin: false,
                password: password
            )
            let router = hubRouter(test.hub, publicURL: publicURL, metrics: Metrics())
            try await withServer(of: router) { port in try await body(test, TestBrowser(port: port)) }
        }
    }

    @Test func `a cookie is for the hub alone, and a new one at each sign-in`() async throws {
        try await Self.withHub { test, browser in
            browser.session = "session_of_somebody_else"
            let page = try await browser.form("/login", ["name": "ada", "password": Self.password, "return_to": "/x"])
            #expect(page.status == 303)
            #expect(page.location == "/x")
            let cookie = try #require(page.cookie)
            for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=1209600"] { #expect(cookie.contains(part)) }
            #expect(!cookie.contains("Secure") && !cookie.contains("Domain"))
            let first = try #require(browser.session)
            #expect(first != "session_of_somebody_else")
            try await browser.signIn("ada", Self.password)
            #expect(browser.session != first)
            // The browser's former session is over, not only forgotten.
            #expect(try await test.hub.sessions.find(first, origin: RequestOrigin()) == nil)
        }
    }

    @Test func `behind TLS the cookie travels over TLS only`() async throws {
        let url = PublicURL(configured: "https://hub.example.org", trustsForwardedHeaders: false, isTLS: false)
        try await Self.withHub(publicURL: url) { _, browser in
            let page = try await browser.form(
                "/login",
                ["name": "ada", "password": Self.password],
                headers: [("Origin", "https://hub.example.org"), ("Sec-Fetch-Site", "same-origin")]
            )
            #expect(page.status == 303)
            #expect(try #require(page.cookie).hasSuffix("; Secure"))
        }
    }

    @Test(arguments: [
        [("Origin", "https://evil.example")], [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")],
        [("Origin", "null")],
    ])
    func `another site's form signs nobody in, up or out`(_ headers: [(String, String)]) async throws {
        try await Self.withHub(.open) { _, browser in
            for (path, fields) in [
                ("/login", ["name": "ada", "password": Self.password]),
                ("/join", ["name": "bob", "password": Self.password, "repeat": Self.password]),
            ] {
                let page = try await browser.form(path, fields, headers: headers)
                #expect(page.status == 403, "\(path)")
                #expect(page.cookie == nil)
            }
            try await browser.signIn("ada", Self.password)
            let key = try await browser.formKey()
            #expect(try await browser.form("/logout", ["form_key": key], headers: headers).status == 403)
            #expect(try await browser.get("/login").text.contains("You are signed in"))
        }
    }

    @Test func `a session's cookie alone does nothing, nor does the key of another session`() async throws {
        try await Self.withHub { test, browser in
            _ = try await test.user("eve")
            try await test.hub.passwords.set(Self.password, of: AccountName("eve"))
            let eve = TestBrowser(port: Int(browser.base.split(separator: ":").last ?? "") ?? 0)
            try await eve.signIn("eve", Self.password)
            try await browser.signIn("ada", Self.password)
            let foreign = try await eve.formKey()
            #expect(try await browser.send(.GET, "/api/settings/tokens").status == 401)
            #expect(try await browser.call(.GET, "/api/settings/tokens", key: foreign).status == 403)
            #expect(try await browser.call(.GET, "/api/settings/tokens", key: "").status == 403)
            #expect(try await browser.form("/logout", [:]).status == 403)
            #expect(try await browser.form("/logout", ["form_key": foreign]).status == 403)
            let own = try await browser.formKey()
            for header in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")] {
                let answer = try await browser.send(
                    .DELETE,
                    "/api/settings/sessions",
                    headers: [("X-Form-Key", own), header]
                )
                #expect(answer.status == 403)
            }
            #expect(try await browser.call(.GET, "/api/settings/tokens").status == 200)
            #expect(try await browser.form("/logout", ["form_key": own]).status == 303)
            #expect(browser.session == nil)
        }
    }

    @Test func `an unknown name, a wrong password and a user without one answer alike`() async throws {
        try await Self.withHub { test, browser in
            _ = try await test.user("bob")
            var answers: Set<String> = []
            for name in ["ada", "bob", "nobody"] {
                let page = try await browser.form("/login", ["name": name, "password": "not the password"])
                #expect(page.status == 401)
                #expect(page.cookie == nil)
                #expect(page.text.contains("value=\"\(name)\""), "the name is kept")
                #expect(!page.text.contains("not the password"))
                answers.insert(page.text.replacing("value=\"\(name)\"", with: ""))
            }
            #expect(answers.count == 1)
        }
    }

    @Test func `too many tries have to wait, and the page says until when`() async throws {
        try await Self.withHub { test, browser in
            for _ in 0..<5 { _ = try await browser.form("/login", ["name": "ada", "password": "wrong"]) }
            let page = try await browser.form("/login", ["name": "ada", "password": Self.password])
            #expect(page.status == 429)
            #expect(page.headers.first(name: "Retry-After") == "2")
            #expect(page.text.contains("wait 2 seconds"))
            #expect(page.text.contains("name=\"password\""), "the form is there still")
            test.clock.advance(seconds: 2)
            try await browser.signIn("ada", Self.password)
        }
    }

    @Test func `the API says how long to wait too`() async throws {
        try await Self.withHub { test, browser in
            try await browser.signIn("ada", Self.password)
            for _ in 0..<5 {
                let answer = try await browser.call(
                    .PUT,
                    "/api/settings/password",
                    ["current": "wrong", "password": "another good one"]
                )
                #expect(answer.status == 403)
            }
            let answer = try await browser.call(
                .PUT,
                "/api/settings/password",
                ["current": .string(Self.password), "password": "another good one", "repeat": "another good one"]
            )
            #expect(answer.status == 429)
            #expect(answer.headers.first(name: "Retry-After") == "2")
        }
    }

    @Test func `sessions are listed and ended, all others with a new password`() async throws {
        try await Self.withHub { test, browser in
            let port = Int(browser.base.split(separator: ":").last ?? "") ?? 0
            let (second, third) = (TestBrowser(port: port), TestBrowser(port: port))
            for each in [browser, second, third] { try await each.signIn("ada", Self.password) }
            let list = try await browser.call(.GET, "/api/settings/sessions").json.arrayValue ?? []
            #expect(list.count == 3)
            #expect(list.count { $0["isCurrent"] == true } == 1)
            #expect(list.allSatisfy { $0["means"] == "password" && $0["address"] == "127.0.0.1" })
            let other = try #require(list.first { $0["isCurrent"] == false }?["id"]?.stringValue)
            #expect(try await browser.call(.DELETE, "/api/settings/sessions/\(other)").status == 200)
            #expect(try await browser.call(.DELETE, "/api/settings/sessions/\(other)").status == 404)
            let change: JSONValue = ["current": .string(Self.password), "password": "another good one"]
            #expect(try await browser.call(.PUT, "/api/settings/password", change).status == 200)
            for each in [second, third] { #expect(try await each.get("/login").text.contains("name=\"password\"")) }
            #expect(try await browser.call(.GET, "/api/settings/sessions").json.arrayValue?.count == 1)
        }
    }

    @Test func `a token signs in as ever`() async throws {
        try await Self.withHub { test, browser in
            let token = try await test.hub.accounts.createToken(
                for: AccountName("ada"),
                tokenName: "t",
                role: .write,
                scopes: [],
                lifetimeSeconds: nil
            )
            #expect(try await browser.form("/login", ["token": ""]).status == 400)
            #expect(try await browser.form("/login", ["token": "hf_unknown"]).status == 401)
            #expect(try await browser.form("/login", ["token": token.text, "name": "", "password": ""]).status == 303)
            #expect(try await browser.get("/login").text.contains("<strong>ada</strong>"))
        }
    }
}
