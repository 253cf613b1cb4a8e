// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct LikeTests {
    private static func names(_ page: ItemPage) -> [String] {
        (page.items.arrayValue ?? []).compactMap { ($0["user"] ?? $0["repo"]?["name"])?.stringValue }
    }

    @Test func `a like counts once however often it is given or taken back`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let id = try await test.repo("ada/m", as: ada)
            func count() async throws -> Int64? { try await test.hub.store.read { try $0.repo(.model, id)?.likes } }
            for _ in 0..<2 { try await test.hub.likes.set(true, .model, id, viewer: bob) }
            try await test.hub.likes.set(true, .model, id, viewer: ada)
            #expect(try await count() == 2)
            for _ in 0..<2 { try await test.hub.likes.set(false, .model, id, viewer: bob) }
            #expect(try await count() == 1)
            let likers = try await test.hub.likes.likers(.model, id, cursor: nil, limit: nil, viewer: .anonymous)
            #expect(Self.names(likers) == ["ada"])
        }
    }

    @Test func `pages of likes neither repeat nor skip, the latest first`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            for name in ["a", "b", "c", "d", "e"] {
                let id = try await test.repo("ada/\(name)", as: ada)
                try await test.hub.likes.set(true, .model, id, viewer: ada)
                // Two at the same moment, then one later: the id breaks the tie.
                if name == "b" { test.clock.advance(seconds: 1) }
            }
            var seen: [String] = []
            var cursor: String?
            repeat {
                let page = try await test.hub.likes.likes(
                    of: AccountName("ada"),
                    cursor: cursor,
                    limit: 2,
                    viewer: .anonymous
                )
                seen += Self.names(page)
                cursor = page.next
            } while cursor != nil
            #expect(seen == ["ada/e", "ada/d", "ada/c", "ada/b", "ada/a"])
        }
    }

    @Test func `a like of a private repo shows only to those who may see it`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let id = try await test.repo("ada/secret", visibility: .private, as: ada)
            try await test.hub.likes.set(true, .model, id, viewer: ada)
            let likes = test.hub.likes
            let name = try AccountName("ada")
            #expect(Self.names(try await likes.likes(of: name, cursor: nil, limit: nil, viewer: bob)) == [])
            #expect(Self.names(try await likes.likes(of: name, cursor: nil, limit: nil, viewer: ada)) == ["ada/secret"])
            #expect(
                await asyncCodeThrown(by: { try await likes.set(true, .model, id, viewer: bob) }) == .repoNotFound
            )
            #expect(
                await asyncCodeThrown(by: {
                    try await likes.likers(.model, id, cursor: nil, limit: nil, viewer: bob)
                }) == .repoNotFound
            )
        }
    }

    @Test func `a like needs an account and a token that may write`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let reader = try await test.viewer("ada", role: .read)
            let likes = test.hub.likes
            #expect(
                await asyncCodeThrown(by: { try await likes.set(true, .model, id, viewer: .anonymous) })
                    == .unauthenticated
            )
            #expect(await asyncCodeThrown(by: { try await likes.set(true, .model, id, viewer: reader) }) == .forbidden)
            #expect(
                await asyncCodeThrown(by: {
                    try await likes.likers(.model, id, cursor: "x", limit: nil, viewer: ada)
                }) == .badRequest
            )
        }
    }
}
