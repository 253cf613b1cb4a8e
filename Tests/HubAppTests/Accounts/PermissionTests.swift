// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct PermissionTests {
    struct Row: Sendable {
        /// `owner`, `creator` (a contributor who made the repo), a role in the organisation, or `stranger`.
        let who: String
        let token: TokenRole
        /// What a private, gated repo of the organisation lets them do.
        let sees: Bool
        let writes: Bool
        let administers: Bool
    }

    @Test(arguments: [
        Row(who: "boss", token: .write, sees: true, writes: true, administers: true),
        Row(who: "boss", token: .read, sees: true, writes: false, administers: false),
        Row(who: "boss", token: .fineGrained, sees: false, writes: false, administers: false),
        Row(who: "write", token: .write, sees: true, writes: true, administers: false),
        Row(who: "write", token: .read, sees: true, writes: false, administers: false),
        Row(who: "contributor", token: .write, sees: true, writes: false, administers: false),
        Row(who: "creator", token: .write, sees: true, writes: true, administers: true),
        Row(who: "creator", token: .read, sees: true, writes: false, administers: false),
        Row(who: "read", token: .write, sees: true, writes: false, administers: false),
        Row(who: "stranger", token: .write, sees: false, writes: false, administers: false),
    ])
    func `a private repo opens as far as role and token both go`(row: Row) async throws {
        try await withTestHub { test in
            for name in ["boss", "write", "contributor", "creator", "read", "stranger"] {
                _ = try await test.user(name)
            }
            let members: [(user: AccountName, role: Role)] = [
                (try AccountName("boss"), .admin), (try AccountName("write"), .write),
                (try AccountName("contributor"), .contributor), (try AccountName("creator"), .contributor),
                (try AccountName("read"), .read),
            ]
            _ = try await test.hub.accounts.createOrganisation(
                AccountName("org"),
                fullName: nil,
                members: members,
                defaultVisibility: .public
            )
            let creator = try await test.viewer("creator", role: .write)
            let id = try await test.repo("org/m", visibility: .private, as: creator)
            try await test.hub.repos.updateSettings(.model, id, visibility: nil, gated: .some(.manual), viewer: creator)
            let viewer = try await test.viewer(row.who, role: row.token)
            let repo = try #require(try await test.hub.store.read { try $0.repo(.model, id) })
            #expect(viewer.canSee(repo) == row.sees)
            #expect(viewer.canReadFiles(repo) == row.sees)
            #expect(viewer.canWrite(repo) == row.writes)
            #expect(viewer.canAdminister(repo) == row.administers)
            #expect(viewer.visibilityScope.owners.contains(repo.ownerID) == row.sees)
        }
    }

    @Test func `a fine-grained token opens what it names and nothing else`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let (named, other) = (
                try await test.repo("ada/m", visibility: .private, as: ada),
                try await test.repo("ada/n", visibility: .private, as: ada)
            )
            let scope = TokenScope(entityType: "model", entityName: "Ada/M", permissions: [.read])
            let reader = try await test.viewer("ada", role: .fineGrained, scopes: [scope])
            try await test.hub.repos.checkAccess(.model, named, write: false, viewer: reader)
            func code(_ id: RepoID, write: Bool) async -> HubError.Code? {
                await asyncCodeThrown(by: {
                    try await test.hub.repos.checkAccess(.model, id, write: write, viewer: reader)
                })
            }
            #expect(await code(named, write: true) == .forbidden)
            #expect(await code(other, write: false) == .repoNotFound)
            #expect(await asyncCodeThrown(by: { try await test.repo("ada/new", as: reader) }) == .forbidden)
        }
    }

    @Test func `a stranger hears the same of a private repo and of none`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let bob = try await test.user("bob")
            let id = try await test.repo("ada/secret", visibility: .private, as: ada)
            let absent = try RepoID("ada/absent")
            for viewer in [Viewer.anonymous, bob] {
                var heard: [String] = []
                for each in [id, absent] {
                    for write in [false, true] {
                        do {
                            try await test.hub.repos.checkAccess(.model, each, write: write, viewer: viewer)
                            heard.append("let in")
                        } catch { heard.append("\(error)") }
                    }
                }
                #expect(Set(heard) == ["\(HubError.repoNotFound)"])
            }
        }
    }

    @Test func `a gated repo is seen by all and read by its namespace`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.hub.repos.updateSettings(.model, id, visibility: nil, gated: .some(.auto), viewer: ada)
            let code = await asyncCodeThrown(by: { try await test.files(id, as: .anonymous) })
            #expect(code == .gated)
            #expect(try await test.files(id, as: ada) == [".gitattributes"])
        }
    }

    @Test func `an expired, revoked or unknown token is nobody's`() async throws {
        try await withTestHub { test in
            _ = try await test.user("ada")
            let ada = try AccountName("ada")
            let accounts = test.hub.accounts
            let short = try await accounts.createToken(
                for: ada,
                tokenName: "short",
                role: .read,
                scopes: [],
                lifetimeSeconds: 60
            )
            #expect(try await accounts.viewer(token: short.text).name == "ada")
            test.clock.advance(seconds: 60)
            #expect(await asyncCodeThrown(by: { try await accounts.viewer(token: short.text) }) == .invalidCredentials)
            #expect(
                await asyncCodeThrown(by: { try await accounts.viewer(token: "hf_unknown") }) == .invalidCredentials
            )
            #expect(try await accounts.viewer(token: nil).isAnonymous)
        }
    }
}
