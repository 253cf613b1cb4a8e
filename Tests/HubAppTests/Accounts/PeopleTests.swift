// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct PeopleTests {
    private static func names(_ page: ItemPage) -> [String] {
        (page.items.arrayValue ?? []).compactMap { $0["user"]?.stringValue }
    }

    @Test func `an overview counts what its reader may see`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let open = try await test.repo("ada/a", as: ada)
            let closed = try await test.repo("ada/b", visibility: .private, as: ada)
            try await test.repo("ada/c", kind: .dataset, as: ada)
            for id in [open, closed] { try await test.hub.likes.set(true, .model, id, viewer: ada) }
            func overview(_ viewer: Viewer) async throws -> JSONValue {
                try await test.hub.people.userOverview(AccountName("ada"), viewer: viewer)
            }
            let own = try await overview(ada)
            #expect((own["numModels"], own["numDatasets"], own["numSpaces"]) == (2, 1, 0))
            #expect(own["numLikes"] == 2)
            let others = try await overview(bob)
            #expect((others["numModels"], others["numLikes"]) == (1, 1))
            #expect(others["isFollowing"] == false)
            #expect(try await overview(.anonymous)["isFollowing"] == nil)
            let narrow = try await test.viewer("ada", role: .fineGrained)
            #expect(try await overview(narrow)["numModels"] == 1)
        }
    }

    @Test func `an organisation's overview counts its members, a user's names its organisations`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let acme = try AccountName("acme")
            _ = try await test.hub.organisations.create(
                acme,
                fullName: nil,
                defaultVisibility: .public,
                viewer: ada
            )
            let organisation = try await test.hub.people.organisationOverview(acme, viewer: .anonymous)
            #expect((organisation["name"], organisation["numUsers"]) == ("acme", 1))
            let user = try await test.hub.people.userOverview(AccountName("ada"), viewer: .anonymous)
            #expect(user["orgs"]?.arrayValue?.map { $0["name"] } == ["acme"])
            let swapped = [
                await asyncCodeThrown(by: { try await test.hub.people.userOverview(acme, viewer: ada) }),
                await asyncCodeThrown(by: {
                    try await test.hub.people.organisationOverview(AccountName("ada"), viewer: ada)
                }),
                await asyncCodeThrown(by: {
                    try await test.hub.people.followers(
                        of: AccountName("nobody"),
                        .user,
                        cursor: nil,
                        limit: nil,
                        viewer: ada
                    )
                }),
            ]
            #expect(swapped == [.notFound, .notFound, .notFound])
        }
    }

    @Test func `following counts once however often, and shows to both sides`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let people = test.hub.people
            for _ in 0..<2 { try await people.setFollow(true, AccountName("ada"), .user, viewer: bob) }
            let followers = try await people.followers(
                of: AccountName("ada"),
                .user,
                cursor: nil,
                limit: nil,
                viewer: ada
            )
            #expect(Self.names(followers) == ["bob"])
            #expect(followers.items.arrayValue?.first?["isFollowing"] == false)
            let followed = try await people.following(of: AccountName("bob"), cursor: nil, limit: nil, viewer: bob)
            #expect(Self.names(followed) == ["ada"])
            #expect(followed.items.arrayValue?.first?["isFollowing"] == true)
            let overview = try await people.userOverview(AccountName("ada"), viewer: bob)
            #expect((overview["numFollowers"], overview["isFollowing"]) == (1, true))
            for _ in 0..<2 { try await people.setFollow(false, AccountName("ada"), .user, viewer: bob) }
            #expect(try await people.userOverview(AccountName("bob"), viewer: bob)["numFollowing"] == 0)
        }
    }

    @Test func `organisations are followed too, and are none of the users one follows`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let acme = try AccountName("acme")
            _ = try await test.hub.organisations.create(acme, fullName: nil, defaultVisibility: .public, viewer: ada)
            try await test.hub.people.setFollow(true, acme, .org, viewer: ada)
            #expect(try await test.hub.people.organisationOverview(acme, viewer: ada)["numFollowers"] == 1)
            let users = try await test.hub.people.following(
                of: AccountName("ada"),
                cursor: nil,
                limit: nil,
                viewer: ada
            )
            #expect(Self.names(users) == [])
            #expect(try await test.hub.people.userOverview(AccountName("ada"), viewer: ada)["numFollowing"] == 0)
        }
    }

    @Test func `following needs an account, a token that writes, and somebody else`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            _ = try await test.user("bob")
            let reading = try await test.viewer("ada", role: .read)
            func follow(_ name: String, _ kind: AccountKind = .user, _ viewer: Viewer) async -> HubError.Code? {
                await asyncCodeThrown(by: {
                    try await test.hub.people.setFollow(true, AccountName(name), kind, viewer: viewer)
                })
            }
            #expect(await follow("bob", .user, .anonymous) == .unauthenticated)
            #expect(await follow("bob", .user, reading) == .forbidden)
            #expect(await follow("ada", .user, ada) == .badRequest)
            #expect(await follow("bob", .org, ada) == .notFound)
        }
    }

    @Test func `pages of followers neither repeat nor skip, the latest first`() async throws {
        try await withTestHub { test in
            _ = try await test.user("ada")
            for name in ["u1", "u2", "u3", "u4", "u5"] {
                let user = try await test.user(name)
                try await test.hub.people.setFollow(true, AccountName("ada"), .user, viewer: user)
                if name == "u2" { test.clock.advance(seconds: 1) }
            }
            var seen: [String] = []
            var cursor: String?
            repeat {
                let page = try await test.hub.people.followers(
                    of: AccountName("ada"),
                    .user,
                    cursor: cursor,
                    limit: 2,
                    viewer: .anonymous
                )
                seen += Self.names(page)
                cursor = page.next
            } while cursor != nil
            #expect(seen == ["u5", "u4", "u3", "u2", "u1"])
        }
    }
}
