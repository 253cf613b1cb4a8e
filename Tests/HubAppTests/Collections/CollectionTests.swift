// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct CollectionTests {
    @Test(arguments: [
        ("Small ViTs", "small-vits"), ("  Depth & Normals! ", "depth-normals"), ("日本語", "collection"),
        ("a--b", "a-b"),
    ])
    func `a slug is made of the title's letters and digits`(_ title: String, _ slug: String) {
        #expect(CollectionService.slug(title) == slug)
    }

    /// A hub with an organisation of three roles, and a collection of it that is private.
    private func withStage(_ body: (TestHub, String, [String: Viewer]) async throws -> Void) async throws {
        try await withTestHub { test in
            var people: [String: Viewer] = [:]
            for name in ["boss", "writer", "reader", "stranger"] { people[name] = try await test.user(name) }
            _ = try await test.hub.accounts.createOrganisation(
                AccountName("acme"),
                fullName: nil,
                members: [
                    (try AccountName("boss"), .admin), (try AccountName("writer"), .write),
                    (try AccountName("reader"), .read),
                ],
                defaultVisibility: .public
            )
            for name in ["boss", "writer", "reader", "stranger"] {
                people[name] = try await test.viewer(name, role: .write)
            }
            var settings = CollectionService.Settings()
            settings.title = "Secrets"
            settings.isPrivate = true
            let writer = try #require(people["writer"])
            let made = try await test.hub.collections.create(
                namespace: "acme",
                settings,
                item: nil,
                viewer: writer
            )
            #expect(made.isNew)
            try await body(test, made.slug, people)
        }
    }

    @Test func `a private collection is for its namespace, and changed by those who write there`() async throws {
        try await withStage { test, slug, people in
            var settings = CollectionService.Settings()
            settings.theme = "blue"
            for (name, see, change) in [
                ("boss", nil, nil), ("writer", nil, nil), ("reader", nil, HubError.Code.forbidden),
                ("stranger", HubError.Code.notFound, .notFound),
            ] {
                let viewer = try #require(people[name])
                let seen = await asyncCodeThrown { try await test.hub.collections.collection(slug, viewer: viewer) }
                #expect(seen == see, "\(name)")
                let changed = await asyncCodeThrown {
                    try await test.hub.collections.update(slug, settings, viewer: viewer)
                }
                #expect(changed == change, "\(name)")
            }
            let nobody = await asyncCodeThrown { try await test.hub.collections.collection(slug, viewer: .anonymous) }
            #expect(nobody == .notFound)
        }
    }

    @Test func `items keep their places when one goes or moves`() async throws {
        try await withStage { test, slug, people in
            let boss = try #require(people["boss"])
            for number in 1...4 {
                _ = try await test.hub.collections.add(
                    slug,
                    type: "paper",
                    "2401.0000\(number)",
                    note: nil,
                    viewer: boss
                )
            }
            func items() async throws -> [JSONValue] {
                try await test.hub.collections.collection(slug, viewer: boss)["items"]?.arrayValue ?? []
            }
            func names() async throws -> [String] { try await items().compactMap { $0["id"]?.stringValue } }
            let third = try #require(try await items()[2]["_id"]?.stringValue)
            _ = try await test.hub.collections.update(
                slug,
                items: [CollectionService.ItemChange(item: third, note: nil, position: 0)],
                viewer: boss
            )
            #expect(try await names() == ["2401.00003", "2401.00001", "2401.00002", "2401.00004"])
            _ = try await test.hub.collections.remove(slug, item: third, viewer: boss)
            #expect(try await items().map { $0["position"] } == [0, 1, 2])
            _ = try await test.hub.collections.add(slug, type: "paper", "2401.00009", note: nil, viewer: boss)
            #expect(try await names().last == "2401.00009")
        }
    }
}
