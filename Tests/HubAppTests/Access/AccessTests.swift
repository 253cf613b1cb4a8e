// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct AccessTests {
    /// A gated repo of ada's with one file, and bob, who is nobody to it.
    private struct Stage {
        let test: TestHub
        let ada: Viewer
        let bob: Viewer
        let id: RepoID
        var access: AccessService { test.hub.access }

        init(_ test: TestHub, gate: Gating = .manual, visibility: Visibility = .public) async throws {
            self.test = test
            ada = try await test.user("ada")
            bob = try await test.user("bob")
            id = try await test.repo("ada/m", visibility: visibility, as: ada)
            try await test.commit([try await test.add("a.txt", "secret")], to: id, as: ada)
            try await self.gate(gate)
        }

        func gate(_ gate: Gating?) async throws {
            try await test.hub.repos.updateSettings(.model, id, visibility: nil, gated: .some(gate), viewer: ada)
        }

        func ask(_ fields: [(name: String, value: String)] = [], as viewer: Viewer? = nil) async throws
            -> AccessRequestStatus
        { try await access.ask(.model, id, fields: fields, viewer: viewer ?? bob) }

        func handle(
            _ subject: AccessService.Subject,
            _ status: AccessRequestStatus,
            reason: String? = nil,
            as viewer: Viewer? = nil
        ) async throws {
            try await access.handle(.model, id, subject, to: status, rejectionReason: reason, viewer: viewer ?? ada)
        }

        func bobs() throws -> AccessService.Subject { .user(try AccountName("bob")) }

        func list(_ status: AccessRequestStatus, cursor: String? = nil, limit: Int? = nil) async throws -> ItemPage {
            try await access.list(.model, id, status, cursor: cursor, limit: limit, viewer: ada)
        }

        func names(_ status: AccessRequestStatus) async throws -> [String] {
            (try await list(status).items.arrayValue ?? []).compactMap { $0["user"]?["user"]?.stringValue }
        }

        /// Why the viewer cannot read the file, or `nil` when it can.
        func refusal(_ viewer: Viewer) async -> HubError? {
            do {
                _ = try await test.text("a.txt", in: id, as: viewer)
                return nil
            } catch { return error as? HubError }
        }
    }

    @Test func `asking waits, accepting opens, rejecting closes, cancelling waits again`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            #expect(await stage.refusal(stage.bob)?.code == .gated)
            #expect(try await stage.ask() == .pending)
            #expect(try await stage.names(.pending) == ["bob"])
            #expect(await stage.refusal(stage.bob)?.message.contains("awaiting a review") == true)

            try await stage.handle(try stage.bobs(), .accepted)
            #expect(await stage.refusal(stage.bob) == nil)
            #expect(try await stage.names(.accepted) == ["bob"])
            #expect(try await stage.ask() == .accepted)

            try await stage.handle(try stage.bobs(), .pending)
            #expect(await stage.refusal(stage.bob)?.code == .gated)
            try await stage.handle(try stage.bobs(), .rejected, reason: "not now")
            #expect(await stage.refusal(stage.bob)?.message.contains("rejected") == true)
            #expect(try await stage.list(.rejected).items.arrayValue?.first?["rejectionReason"] == "not now")
            #expect(await asyncCodeThrown(by: { try await stage.ask() }) == .gated)

            try await stage.access.grant(.model, stage.id, to: AccountName("bob"), viewer: stage.ada)
            #expect(await stage.refusal(stage.bob) == nil)
            #expect(try await stage.list(.accepted).items.arrayValue?.first?["rejectionReason"] == nil)
        }
    }

    @Test func `an automatic gate opens at once to whoever asks`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test, gate: .auto)
            #expect(await stage.refusal(stage.bob)?.code == .gated)
            #expect(try await stage.ask() == .accepted)
            #expect(await stage.refusal(stage.bob) == nil)
            // What was given stays when the gate becomes manual, and when it is taken away and put back.
            try await stage.gate(nil)
            try await stage.gate(.manual)
            #expect(await stage.refusal(stage.bob) == nil)
        }
    }

    @Test func `the card's form must be filled in, and its answers go to the authors`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            let card = "---\nextra_gated_fields:\n  Company: text\n  I agree: checkbox\n---\n"
            try await test.commit([try await test.add("README.md", card)], to: stage.id, as: stage.ada)
            #expect(await asyncCodeThrown(by: { try await stage.ask() }) == .badRequest)
            #expect(
                await asyncCodeThrown(by: {
                    try await stage.ask([(name: "Company", value: "Acme"), (name: "I agree", value: "false")])
                }) == .badRequest
            )
            #expect(try await stage.names(.pending) == [])
            let filled = [(name: "Company", value: "Acme"), (name: "I agree", value: "on")]
            #expect(try await stage.ask(filled) == .pending)
            let request = try #require(try await stage.list(.pending).items.arrayValue?.first)
            #expect(request["fields"] == ["Company": "Acme", "I agree": true])
            let id = try #require(request["requestId"]?.stringValue)
            try await stage.handle(.request(id), .accepted)
            #expect(await stage.refusal(stage.bob) == nil)
        }
    }

    @Test func `the email address goes to the authors of those who asked only`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            for name in ["carol", "dave"] {
                _ = try await test.hub.accounts.createUser(
                    AccountName(name),
                    fullName: nil,
                    email: "\(name)@example.org",
                    isAdmin: false,
                    secret: AccessTokenSecret("token-of-\(name)")
                )
            }
            let carol = try await test.hub.accounts.viewer(token: "token-of-carol")
            _ = try await stage.ask(as: carol)
            for name in ["carol", "dave"] {
                try await stage.access.grant(.model, stage.id, to: AccountName(name), viewer: stage.ada)
            }
            let users = try await stage.list(.accepted).items.arrayValue?.compactMap { $0["user"] } ?? []
            #expect(users.compactMap { $0["user"]?.stringValue }.sorted() == ["carol", "dave"])
            #expect(users.compactMap { $0["email"]?.stringValue } == ["carol@example.org"])
        }
    }

    @Test func `pages of requests neither repeat nor skip, the latest first`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            for name in ["u1", "u2", "u3", "u4", "u5"] {
                _ = try await stage.ask(as: try await test.user(name))
                if name == "u2" { test.clock.advance(seconds: 1) }
            }
            var seen: [String] = []
            var cursor: String?
            repeat {
                let page = try await stage.list(.pending, cursor: cursor, limit: 2)
                seen += (page.items.arrayValue ?? []).compactMap { $0["user"]?["user"]?.stringValue }
                cursor = page.next
            } while cursor != nil
            #expect(seen == ["u5", "u4", "u3", "u2", "u1"])
        }
    }

    @Test func `only who may write decides, and sees who has asked`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            _ = try await stage.ask()
            let carol = try await test.user("carol")
            let reading = try await test.viewer("ada", role: .read)
            for viewer in [stage.bob, carol, reading] {
                let list = await asyncCodeThrown(by: {
                    try await stage.access.list(.model, stage.id, .pending, cursor: nil, limit: nil, viewer: viewer)
                })
                #expect(list == .forbidden)
                let bob = try stage.bobs()
                #expect(
                    await asyncCodeThrown(by: { try await stage.handle(bob, .accepted, as: viewer) }) == .forbidden
                )
                let grant = await asyncCodeThrown(by: {
                    try await stage.access.grant(.model, stage.id, to: AccountName("carol"), viewer: viewer)
                })
                #expect(grant == .forbidden)
            }
            #expect(try await stage.names(.pending) == ["bob"])
        }
    }

    @Test func `what makes no sense is refused with the code that clients expect`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            _ = try await test.user("carol")
            let (bob, carol) = (try stage.bobs(), AccessService.Subject.user(try AccountName("carol")))
            func code(_ subject: AccessService.Subject, _ status: AccessRequestStatus, reason: String? = nil) async
                -> HubError.Code?
            { await asyncCodeThrown(by: { try await stage.handle(subject, status, reason: reason) }) }
            #expect(await code(bob, .accepted) == .notFound)
            _ = try await stage.ask()
            #expect(await code(bob, .pending) == .notFound)
            #expect(await code(carol, .accepted) == .notFound)
            #expect(await code(.user(try AccountName("nobody")), .accepted) == .notFound)
            #expect(await code(.request("000000000000000000000000"), .accepted) == .notFound)
            #expect(await code(bob, .accepted, reason: "why") == .badRequest)
            func grant(_ name: String) async -> HubError.Code? {
                await asyncCodeThrown(by: {
                    try await stage.access.grant(.model, stage.id, to: AccountName(name), viewer: stage.ada)
                })
            }
            #expect(await grant("nobody") == .notFound)
            #expect(await grant("ada") == .badRequest)
            #expect(await grant("bob") == nil)
            #expect(await grant("bob") == .badRequest)
            #expect(await asyncCodeThrown(by: { try await stage.ask(as: stage.ada) }) == .badRequest)
            #expect(await asyncCodeThrown(by: { try await stage.ask(as: .anonymous) }) == .unauthenticated)
            try await stage.gate(nil)
            #expect(await asyncCodeThrown(by: { try await stage.ask() }) == .badRequest)
            #expect(await code(bob, .rejected) == .badRequest)
            #expect(await grant("carol") == .badRequest)
        }
    }

    @Test func `a request of another repo is none of this one`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            let other = try await test.repo("ada/other", as: stage.ada)
            try await test.hub.repos.updateSettings(
                .model,
                other,
                visibility: nil,
                gated: .some(.manual),
                viewer: stage.ada
            )
            _ = try await stage.ask()
            let id = try #require(try await stage.list(.pending).items.arrayValue?.first?["requestId"]?.stringValue)
            let code = await asyncCodeThrown(by: {
                try await stage.access.handle(
                    .model,
                    other,
                    .request(id),
                    to: .accepted,
                    rejectionReason: nil,
                    viewer: stage.ada
                )
            })
            #expect(code == .notFound)
        }
    }

    @Test func `a private gated repo is absent to who was accepted`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            _ = try await stage.ask()
            try await stage.handle(try stage.bobs(), .accepted)
            try await test.hub.repos.updateSettings(
                .model,
                stage.id,
                visibility: .private,
                gated: nil,
                viewer: stage.ada
            )
            #expect(await stage.refusal(stage.bob)?.code == .repoNotFound)
            #expect(await asyncCodeThrown(by: { try await stage.ask() }) == .repoNotFound)
        }
    }

    @Test func `a fine-grained token uses what was granted only where its scopes reach`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            _ = try await stage.ask()
            try await stage.handle(try stage.bobs(), .accepted)
            func bob(_ role: TokenRole, _ scopes: [TokenScope] = []) async throws -> Viewer {
                try await test.viewer("bob", role: role, scopes: scopes)
            }
            let own = TokenScope(entityType: "user", entityName: "bob", permissions: [.read])
            let named = TokenScope(entityType: "model", entityName: "ada/m", permissions: [.read])
            #expect(await stage.refusal(try await bob(.read)) == nil)
            #expect(await stage.refusal(try await bob(.fineGrained, [named])) == nil)
            let refusal = await stage.refusal(try await bob(.fineGrained, [own]))
            #expect(refusal?.code == .gated)
            #expect(refusal?.message.contains("this token does not cover it") == true)
            let carols = TokenScope(entityType: "org", entityName: "acme", permissions: [.write])
            let narrow = try await bob(.fineGrained, [carols])
            #expect(await asyncCodeThrown(by: { try await stage.ask(as: narrow) }) == .forbidden)
        }
    }

    @Test func `decisions are on record`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            _ = try await stage.ask()
            try await stage.handle(try stage.bobs(), .accepted)
            try await stage.handle(try stage.bobs(), .pending)
            try await stage.handle(try stage.bobs(), .rejected, reason: "no")
            try await stage.access.grant(.model, stage.id, to: AccountName("bob"), viewer: stage.ada)
            var acts: [JSONValue] = []
            try await test.hub.audit.forEach(action: "access") { acts.append($0) }
            #expect(
                acts.compactMap { $0["action"]?.stringValue }
                    == ["access.accept", "access.cancel", "access.reject", "access.grant"]
            )
            #expect(acts.allSatisfy { $0["actor"] == "ada" && $0["target"] == "ada/m" && $0["data"]?["user"] == "bob" })
            #expect(acts[2]["data"]?["reason"] == "no")
        }
    }

    @Test func `who was accepted may also take the bytes along, others not`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            let blob = try await test.hub.downloads.resolve(
                .model,
                stage.id,
                .main,
                RepoPath("a.txt"),
                viewer: stage.ada
            ).blob
            let mine = try await test.repo("bob/copy", as: stage.bob)
            func copy() async -> HubError.Code? {
                let viewer = stage.bob
                return await asyncCodeThrown(by: {
                    try await test.commit(
                        [.addLFSFile(path: try RepoPath("a.bin"), oid: blob, size: 6)],
                        to: mine,
                        as: viewer
                    )
                })
            }
            #expect(await copy() != nil)
            _ = try await stage.ask()
            try await stage.handle(try stage.bobs(), .accepted)
            #expect(await copy() == nil)
        }
    }
}
