// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubTestSupport
import NIOHTTP1
import Testing

@testable import HubHTTP

@Suite(.timeLimit(.minutes(2))) struct SignUpPageTests {
    private static let password = SignInTests.password

    @Test func `signing up signs in`() async throws {
        try await SignInTests.withHub(.open) { _, browser in
            #expect(try await browser.get("/login").text.contains("href=\"/join\""))
            #expect(try await browser.get("/join").status == 200)
            let page = try await browser.form(
                "/join",
                ["name": "bob", "full_name": "Bob B.", "password": Self.password, "repeat": Self.password]
            )
            #expect(page.status == 303)
            #expect(page.location == "/bob")
            let profile = try await browser.call(.GET, "/api/settings/profile").json
            #expect(profile["fullname"] == "Bob B.")
            #expect(profile["isAdmin"] == false)
        }
    }

    @Test(arguments: [
        (["name": "ada"], 409, "taken"), (["name": "ADA"], 409, "taken"), (["name": "a b"], 400, "only letters"),
        (["name": "settings"], 400, "reserved"), (["name": "join"], 400, "reserved"),
        (["repeat": "something else"], 422, "not the same"), (["email": "nowhere"], 400, "no address"),
        (["password": "short", "repeat": "short"], 422, "at least 10"),
        (["name": "bob-the-builder", "password": "Bob-The-Builder", "repeat": "Bob-The-Builder"], 422, "your name"),
        (["full_name": "a\nb"], 400, "one line"),
    ])
    func `what cannot be is told, and what was typed is kept`(
        _ change: [String: String],
        _ status: Int,
        _ words: String
    ) async throws {
        try await SignInTests.withHub(.open) { _, browser in
            let fields = [
                "name": "bob", "full_name": "Bob <b>", "email": "bob@example.org", "password": Self.password,
                "repeat": Self.password,
            ].merging(change) { $1 }
            let page = try await browser.form("/join", fields)
            #expect(page.status == status)
            #expect(page.text.contains(words))
            #expect(page.cookie == nil)
            if change["full_name"] == nil { #expect(page.text.contains("value=\"Bob &lt;b&gt;\"")) }
            #expect(!page.text.contains(fields["password"] ?? ""))
        }
    }

    @Test func `closed is closed, and an invitation works once`() async throws {
        try await SignInTests.withHub(.closed) { _, browser in
            let page = try await browser.get("/join")
            #expect(page.status == 403)
            #expect(!page.text.contains("<form"))
            let sent = try await browser.form(
                "/join",
                ["name": "bob", "password": Self.password, "repeat": Self.password]
            )
            #expect(sent.status == 403)
        }
        try await SignInTests.withHub(.invitation) { test, browser in
            #expect(try await browser.get("/join").status == 403)
            let made = try await test.hub.invitations.create(uses: 1, lifetime: 600, by: .machineOperator)
            let page = try await browser.get(made.path)
            #expect(page.status == 200)
            #expect(page.headers.first(name: "Cache-Control") == "no-store")
            #expect(page.headers.first(name: "Referrer-Policy") == "same-origin")
            var fields = [
                "name": "bob", "password": Self.password, "repeat": Self.password, "invitation": made.code,
            ]
            #expect(try await browser.form("/join", fields).status == 303)
            fields["name"] = "cyd"
            #expect(try await browser.form("/join", fields).status == 403)
            #expect(try await browser.get(made.path).status == 403)
        }
    }
}
