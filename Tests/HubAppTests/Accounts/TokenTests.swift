// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct TokenTests {
    private static func scope(_ type: String, _ name: String, _ permissions: TokenScope.Permission...) -> TokenScope {
        TokenScope(entityType: type, entityName: name, permissions: permissions)
    }

    private static func fineGrained(_ scopes: TokenScope...) -> NewToken {
        var new = NewToken(name: "narrow", role: .fineGrained)
        new.scopes = scopes
        return new
    }

    @Test func `a token is made, works, is listed without its secret, and is revoked`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let tokens = test.hub.tokens
            let made = try await tokens.create(NewToken(name: "ci", role: .read), viewer: ada)
            #expect(made.json["displayName"] == "ci")
            #expect(made.json["isCurrent"] == false)
            let reader = try await test.hub.accounts.viewer(token: made.secret.text)
            #expect((reader.name, reader.token?.role) == ("ada", .read))
            let listed = try await tokens.list(ada)
            #expect(listed.arrayValue?.map { $0["displayName"] } == ["ci", "default"])
            #expect(listed.arrayValue?.map { $0["isCurrent"] } == [false, true])
            #expect(!listed.serialized.contains(made.secret.text))
            let id = try #require(made.json["id"]?.stringValue)
            try await tokens.revoke(id, viewer: ada)
            let secret = made.secret.text
            #expect(
                await asyncCodeThrown(by: { try await test.hub.accounts.viewer(token: secret) }) == .invalidCredentials
            )
            #expect(try await tokens.list(ada).arrayValue?.count == 1)
            #expect(await asyncCodeThrown(by: { try await tokens.revoke(id, viewer: ada) }) == .notFound)
        }
    }

    @Test func `only a token with the role write looks after tokens, but any ends itself`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let tokens = test.hub.tokens
            let own = try #require(ada.token.map { String($0.id) })
            let narrow = try await test.viewer("ada", role: .fineGrained, scopes: [Self.scope("user", "ada", .write)])
            for viewer in [try await test.viewer("ada", role: .read), narrow] {
                let codes = [
                    await asyncCodeThrown(by: { try await tokens.list(viewer) }),
                    await asyncCodeThrown(by: {
                        try await tokens.create(NewToken(name: "x", role: .read), viewer: viewer)
                    }),
                    await asyncCodeThrown(by: { try await tokens.revoke(own, viewer: viewer) }),
                ]
                #expect(codes == [.forbidden, .forbidden, .forbidden])
                try await tokens.revoke("current", viewer: viewer)
            }
            #expect(try await tokens.list(ada).arrayValue?.count == 1)
            let nobody = [
                await asyncCodeThrown(by: { try await tokens.list(.anonymous) }),
                await asyncCodeThrown(by: { try await tokens.revoke("current", viewer: .anonymous) }),
            ]
            #expect(nobody == [.unauthenticated, .unauthenticated])
        }
    }

    @Test func `nobody ends, or sees, the tokens of others`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let own = try #require(ada.token.map { String($0.id) })
            #expect(await asyncCodeThrown(by: { try await test.hub.tokens.revoke(own, viewer: bob) }) == .notFound)
            #expect(await asyncCodeThrown(by: { try await test.hub.tokens.revoke("x", viewer: bob) }) == .notFound)
            #expect(try await test.hub.tokens.list(bob).arrayValue?.count == 1)
        }
    }

    @Test func `a token ends when it was said to, and none outlives the one that made it`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let tokens = test.hub.tokens
            var hour = NewToken(name: "hour", role: .write)
            hour.lifetimeSeconds = 3600
            let made = try await tokens.create(hour, viewer: ada)
            let brief = try await test.hub.accounts.viewer(token: made.secret.text)
            var longer = NewToken(name: "longer", role: .read)
            longer.lifetimeSeconds = 3601
            #expect(await asyncCodeThrown(by: { try await tokens.create(longer, viewer: brief) }) == .forbidden)
            // Nothing said: as long as its maker.
            let child = try await tokens.create(NewToken(name: "child", role: .write), viewer: brief)
            #expect(child.json["expiresAt"] == made.json["expiresAt"])
            test.clock.advance(seconds: 3600)
            for secret in [made.secret.text, child.secret.text] {
                #expect(
                    await asyncCodeThrown(by: { try await test.hub.accounts.viewer(token: secret) })
                        == .invalidCredentials
                )
            }
            #expect(try await tokens.list(ada).arrayValue?.map { $0["isExpired"] } == [true, true, false])
        }
    }

    @Test(arguments: [
        NewToken(name: "", role: .read), NewToken(name: " ", role: .read), NewToken(name: "a\nb", role: .read),
        NewToken(name: String(repeating: "x", count: 101), role: .read),
    ])
    func `a name that cannot be shown is refused`(new: NewToken) async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            #expect(await asyncCodeThrown(by: { try await test.hub.tokens.create(new, viewer: ada) }) == .badRequest)
        }
    }

    @Test func `scopes and lifetimes that make no sense are refused`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            try await test.repo("bob/secret", visibility: .private, as: bob)
            func code(_ new: NewToken) async -> HubError.Code? {
                await asyncCodeThrown(by: { try await test.hub.tokens.create(new, viewer: ada) })
            }
            var scopedRead = NewToken(name: "x", role: .read)
            scopedRead.scopes = [Self.scope("user", "ada", .read)]
            #expect(await code(scopedRead) == .badRequest)
            var gatedWrite = NewToken(name: "x", role: .write)
            gatedWrite.canReadGated = true
            #expect(await code(gatedWrite) == .badRequest)
            for seconds in [0, -1, Int64.max] {
                var new = NewToken(name: "x", role: .read)
                new.lifetimeSeconds = seconds
                #expect(await code(new) == .badRequest)
            }
            #expect(await code(Self.fineGrained(Self.scope("user", "bob", .read))) == .badRequest)
            #expect(await code(Self.fineGrained(Self.scope("team", "ada", .read))) == .badRequest)
            #expect(await code(Self.fineGrained(Self.scope("user", "ada"))) == .badRequest)
            #expect(await code(Self.fineGrained(Self.scope("user", "ada", .manage))) == .badRequest)
            #expect(await code(Self.fineGrained(Self.scope("org", "acme", .read))) == .notFound)
            #expect(await code(Self.fineGrained(Self.scope("model", "bob/secret", .read))) == .repoNotFound)
            #expect(await code(Self.fineGrained(Self.scope("model", "bob/none", .read))) == .repoNotFound)
            #expect(await code(Self.fineGrained(Self.scope("user", "ADA", .write))) == nil)
        }
    }

    @Test func `discussion.write takes part in discussions and changes nothing else`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            _ = try await test.user("bob")
            let repo = try await test.repo("ada/m", as: ada)
            let other = try await test.repo("ada/other", as: ada)
            let scope = Self.scope("model", "ada/m", .discuss)
            let narrow = try await test.viewer("bob", role: .fineGrained, scopes: [scope])
            let new = DiscussionService.New(title: "Hello")
            _ = try await test.hub.discussions.open(.model, repo, new, viewer: narrow)
            #expect(
                await asyncCodeThrown {
                    try await test.hub.discussions.open(.model, other, new, viewer: narrow)
                } == .forbidden
            )
            let file = try await test.add("a.txt", "a")
            #expect(await asyncCodeThrown { try await test.commit([file], to: repo, as: narrow) } == .forbidden)
            let proposal = try await test.hub.commits.commit(
                .model,
                repo,
                .main,
                header: CommitHeader(summary: "a"),
                operations: [file],
                createsPullRequest: true,
                viewer: narrow
            )
            #expect(proposal.pullRequest == 2)
        }
    }

    @Test func `org.write looks after members and touches no repo, repo.write the other way round`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            _ = try await test.user("bob")
            let acme = try AccountName("acme")
            _ = try await test.hub.organisations.create(acme, fullName: nil, defaultVisibility: .public, viewer: ada)
            let whole = try await test.viewer("ada", role: .write)
            func narrow(_ permission: TokenScope.Permission) async throws -> Viewer {
                let new = Self.fineGrained(Self.scope("org", "acme", permission))
                let secret = try await test.hub.tokens.create(new, viewer: whole).secret
                return try await test.hub.accounts.viewer(token: secret.text)
            }
            func add(_ viewer: Viewer) async -> HubError.Code? {
                await asyncCodeThrown(by: {
                    try await test.hub.organisations.addMember(
                        AccountName("bob"),
                        role: .read,
                        to: acme,
                        viewer: viewer
                    )
                })
            }
            func make(_ viewer: Viewer) async -> HubError.Code? {
                await asyncCodeThrown(by: { try await test.repo("acme/m", as: viewer) })
            }
            let (managing, writing) = (try await narrow(.manage), try await narrow(.write))
            #expect(await add(writing) == .forbidden)
            #expect(await add(managing) == nil)
            #expect(await make(managing) == .forbidden)
            #expect(await make(writing) == nil)
        }
    }

    @Test func `a token for gated repos opens those that were opened to its owner, and nothing else`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let id = try await test.repo("ada/m", as: ada)
            let closed = try await test.repo("bob/own", visibility: .private, as: bob)
            for (id, viewer) in [(id, ada), (closed, bob)] {
                try await test.commit([try await test.add("a.txt", "x")], to: id, as: viewer)
            }
            try await test.hub.repos.updateSettings(.model, id, visibility: nil, gated: .some(.manual), viewer: ada)
            var new = NewToken(name: "gated", role: .fineGrained)
            new.canReadGated = true
            let secret = try await test.hub.tokens.create(new, viewer: bob).secret
            let narrow = try await test.hub.accounts.viewer(token: secret.text)
            #expect(
                try test.hub.accounts.whoAmI(narrow)["auth"]?["accessToken"]?["fineGrained"]?["canReadGatedRepos"]
                    == true
            )
            func code(_ id: RepoID) async -> HubError.Code? {
                await asyncCodeThrown(by: { try await test.text("a.txt", in: id, as: narrow) })
            }
            #expect(await code(id) == .gated)
            try await test.hub.access.grant(.model, id, to: AccountName("bob"), viewer: ada)
            #expect(await code(id) == nil)
            #expect(await code(closed) == .repoNotFound)
        }
    }

    @Test func `tokens are on record, without their secrets`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let made = try await test.hub.tokens.create(NewToken(name: "ci", role: .read), viewer: ada)
            try await test.hub.tokens.revoke(made.json["id"]?.stringValue ?? "", viewer: ada)
            var acts: [JSONValue] = []
            try await test.hub.audit.forEach(action: "token") { acts.append($0) }
            #expect(acts.map { $0["action"] } == ["token.create", "token.revoke"])
            #expect(acts.allSatisfy { $0["actor"] == "ada" && $0["target"] == "ada" && $0["data"]?["name"] == "ci" })
            #expect(!JSONValue.array(acts).serialized.contains(made.secret.text))
        }
    }
}
