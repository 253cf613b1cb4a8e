// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct OrganisationTests {
    /// ada administers acme; bob is nobody to it.
    private struct Stage {
        let test: TestHub
        let bob: Viewer
        let acme: AccountName
        var service: OrganisationService { test.hub.organisations }

        init(_ test: TestHub) async throws {
            self.test = test
            acme = try AccountName("acme")
            let ada = try await test.user("ada")
            bob = try await test.user("bob")
            _ = try await test.hub.organisations.create(
                acme,
                fullName: "Acme Ltd",
                defaultVisibility: .private,
                viewer: ada
            )
        }

        /// With the memberships of now.
        func viewer(_ name: String) async throws -> Viewer { try await test.viewer(name, role: .write) }

        func add(_ user: String, _ role: Role = .write, as name: String = "ada") async throws {
            try await service.addMember(AccountName(user), role: role, to: acme, viewer: try await viewer(name))
        }

        func members(as viewer: Viewer = .anonymous, email: String? = nil) async throws -> [JSONValue] {
            try await service.members(of: acme, email: email, cursor: nil, limit: nil, viewer: viewer).items
                .arrayValue ?? []
        }
    }

    @Test func `who makes an organisation administers it`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            let ada = try await stage.viewer("ada")
            #expect(try stage.service.mine(ada).arrayValue?.first?["roleInOrg"] == "admin")
            #expect(try stage.service.mine(ada).arrayValue?.first?["fullname"] == "Acme Ltd")
            #expect(try stage.service.mine(stage.bob) == [])
            _ = try await test.repo("acme/m", as: ada)
            let taken = await asyncCodeThrown(by: {
                try await stage.service.create(
                    AccountName("ADA"),
                    fullName: nil,
                    defaultVisibility: .public,
                    viewer: stage.bob
                )
            })
            #expect(taken == .conflict)
        }
    }

    @Test func `making one needs an account, a token that writes, and leave of the operator`() async throws {
        var limits = HubLimits()
        limits.organisationCreation = .admins
        try await withTestHub(limits: limits) { test in
            let ada = try await test.user("ada")
            func make(_ viewer: Viewer, fullName: String? = nil) async -> HubError.Code? {
                await asyncCodeThrown(by: {
                    try await test.hub.organisations.create(
                        AccountName("acme"),
                        fullName: fullName,
                        defaultVisibility: .public,
                        viewer: viewer
                    )
                })
            }
            #expect(await make(.anonymous) == .unauthenticated)
            #expect(await make(ada) == .forbidden)
            let made = try await test.hub.accounts.createUser(
                AccountName("root"),
                fullName: nil,
                email: nil,
                isAdmin: true
            )
            let reading = try await test.viewer("root", role: .read)
            #expect(await make(reading) == .forbidden)
            let root = try await test.hub.accounts.viewer(token: made.secret.text)
            #expect(await make(root, fullName: "two\nlines") == .badRequest)
            #expect(await make(root) == nil)
        }
    }

    @Test func `members come, change roles and go, and what they may do with them`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            try await stage.add("bob", .read)
            let reader = try await stage.viewer("bob")
            #expect(await asyncCodeThrown(by: { try await test.repo("acme/x", as: reader) }) == .forbidden)
            let ada = try await stage.viewer("ada")
            try await stage.service.setRole(.write, of: AccountName("bob"), in: stage.acme, viewer: ada)
            try await test.repo("acme/x", as: try await stage.viewer("bob"))
            #expect(try await stage.members().map { $0["user"] } == ["ada", "bob"])
            #expect(try await stage.members().allSatisfy { $0["role"] == nil })
            #expect(
                try await stage.members(as: try await stage.viewer("bob")).map { $0["role"] } == ["admin", "write"]
            )
            try await stage.service.removeMember(AccountName("bob"), from: stage.acme, viewer: ada)
            let former = try await stage.viewer("bob")
            #expect(await asyncCodeThrown(by: { try await test.repo("acme/y", as: former) }) == .forbidden)
        }
    }

    @Test func `only administrators look after members, but anybody may leave`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            try await stage.add("bob", .write)
            _ = try await test.user("carol")
            let bob = try await stage.viewer("bob")
            let narrow = try await test.viewer(
                "ada",
                role: .fineGrained,
                scopes: [TokenScope(entityType: "user", entityName: "ada", permissions: [.write])]
            )
            let reading = try await test.viewer("ada", role: .read)
            for viewer in [bob, try await stage.viewer("carol"), narrow, reading] {
                let codes = [
                    await asyncCodeThrown(by: {
                        try await stage.service.addMember(
                            AccountName("carol"),
                            role: .admin,
                            to: stage.acme,
                            viewer: viewer
                        )
                    }),
                    await asyncCodeThrown(by: {
                        try await stage.service.setRole(.admin, of: AccountName("bob"), in: stage.acme, viewer: viewer)
                    }),
                    await asyncCodeThrown(by: {
                        try await stage.service.removeMember(AccountName("ada"), from: stage.acme, viewer: viewer)
                    }),
                    await asyncCodeThrown(by: { try await stage.members(as: viewer, email: "ada@example.org") }),
                ]
                // Ada may leave with a token that is for herself, were she not the last administrator.
                #expect(codes.dropLast(2) == [.forbidden, .forbidden])
                #expect(codes[2] == (viewer.token?.scopes.isEmpty == false ? .badRequest : .forbidden))
                #expect(codes[3] == .forbidden)
            }
            let nobody = await asyncCodeThrown(by: {
                try await stage.service.removeMember(AccountName("bob"), from: stage.acme, viewer: .anonymous)
            })
            #expect(nobody == .unauthenticated)
            try await stage.service.removeMember(AccountName("bob"), from: stage.acme, viewer: bob)
            #expect(try await stage.members().count == 1)
        }
    }

    @Test func `an organisation is never without an administrator`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            try await stage.add("bob", .write)
            let ada = try await stage.viewer("ada")
            func leave() async -> HubError.Code? {
                await asyncCodeThrown(by: {
                    try await stage.service.removeMember(AccountName("ada"), from: stage.acme, viewer: ada)
                })
            }
            func stepDown() async -> HubError.Code? {
                await asyncCodeThrown(by: {
                    try await stage.service.setRole(.read, of: AccountName("ada"), in: stage.acme, viewer: ada)
                })
            }
            #expect(await leave() == .badRequest)
            #expect(await stepDown() == .badRequest)
            try await stage.service.setRole(.admin, of: AccountName("bob"), in: stage.acme, viewer: ada)
            #expect(await stepDown() == nil)
            #expect(await leave() == nil)
        }
    }

    @Test func `who is not there, or there already, is said to be`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            let ada = try await stage.viewer("ada")
            #expect(await asyncCodeThrown(by: { try await stage.add("nobody") }) == .notFound)
            #expect(await asyncCodeThrown(by: { try await stage.add("acme") }) == .notFound)
            #expect(await asyncCodeThrown(by: { try await stage.add("ada") }) == .conflict)
            let codes = [
                await asyncCodeThrown(by: {
                    try await stage.service.setRole(.read, of: AccountName("bob"), in: stage.acme, viewer: ada)
                }),
                await asyncCodeThrown(by: {
                    try await stage.service.removeMember(AccountName("bob"), from: stage.acme, viewer: ada)
                }),
                await asyncCodeThrown(by: {
                    try await stage.service.addMember(
                        AccountName("bob"),
                        role: .read,
                        to: AccountName("ada"),
                        viewer: ada
                    )
                }),
            ]
            #expect(codes == [.notFound, .notFound, .notFound])
        }
    }

    @Test func `pages of members neither repeat nor skip, and an address finds one`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            for name in ["Zoe", "bert", "Carl", "Yves"] {
                _ = try await test.hub.accounts.createUser(
                    AccountName(name),
                    fullName: nil,
                    email: "\(name)@example.org",
                    isAdmin: false
                )
                try await stage.add(name)
            }
            var seen: [String] = []
            var cursor: String?
            repeat {
                let page = try await stage.service.members(
                    of: stage.acme,
                    email: nil,
                    cursor: cursor,
                    limit: 2,
                    viewer: .anonymous
                )
                seen += (page.items.arrayValue ?? []).compactMap { $0["user"]?.stringValue }
                cursor = page.next
            } while cursor != nil
            #expect(seen == ["ada", "bert", "Carl", "Yves", "Zoe"])
            let found = try await stage.members(as: try await stage.viewer("ada"), email: "carl@EXAMPLE.org")
            #expect(found.map { $0["user"] } == ["Carl"])
        }
    }

    @Test func `changes of members are on record`() async throws {
        try await withTestHub { test in
            let stage = try await Stage(test)
            try await stage.add("bob", .read)
            let ada = try await stage.viewer("ada")
            try await stage.service.setRole(.write, of: AccountName("bob"), in: stage.acme, viewer: ada)
            // What changes nothing is no act.
            try await stage.service.setRole(.write, of: AccountName("bob"), in: stage.acme, viewer: ada)
            try await stage.service.removeMember(AccountName("bob"), from: stage.acme, viewer: ada)
            var acts: [JSONValue] = []
            try await test.hub.audit.forEach(actor: "ada") { acts.append($0) }
            #expect(
                acts.compactMap { $0["action"]?.stringValue }
                    == ["member.change", "org.create", "member.change", "member.change", "member.remove"]
            )
            #expect(acts.allSatisfy { $0["target"] == "acme" })
            #expect(acts.last?["data"] == ["user": "bob", "former": "write"])
        }
    }
}
