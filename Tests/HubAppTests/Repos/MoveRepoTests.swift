// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubTestSupport
import NIOCore
import Testing

@Suite struct MoveRepoTests {
    /// What asking for a repo by name comes to: its name, `moved:` with the new one, or the error's code.
    private func ask(_ name: String, _ test: TestHub, as viewer: Viewer) async throws -> String {
        do {
            _ = try await test.hub.repos.checkAccess(.model, RepoID(name), write: false, viewer: viewer)
            return name
        } catch let error as HubError {
            return error.move.map { "moved:\($0.to)" } ?? error.code.description
        }
    }

    @Test func `every former name leads to where the repo is now`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/one", as: ada)
            try await test.commit([test.add("a.txt", "a")], to: id, as: ada)
            try await test.hub.repos.move(.model, id, to: RepoID("ada/two"), viewer: ada)
            try await test.hub.repos.move(.model, RepoID("ada/two"), to: RepoID("ada/Three"), viewer: ada)
            #expect(try await ask("ada/one", test, as: .anonymous) == "moved:ada/Three")
            #expect(try await ask("ADA/Two", test, as: .anonymous) == "moved:ada/Three")
            #expect(try await ask("ada/three", test, as: .anonymous) == "ada/three")
            #expect(try await test.text("a.txt", in: RepoID("ada/three"), as: ada) == "a")
        }
    }

    @Test func `a name taken again leads nowhere else, also by moving back`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/one", as: ada)
            try await test.hub.repos.move(.model, id, to: RepoID("ada/two"), viewer: ada)
            try await test.repo("ada/one", as: ada)
            #expect(try await ask("ada/one", test, as: .anonymous) == "ada/one")
            try await test.hub.repos.move(.model, RepoID("ada/two"), to: RepoID("ada/three"), viewer: ada)
            try await test.hub.repos.move(.model, RepoID("ada/three"), to: RepoID("ada/two"), viewer: ada)
            #expect(try await ask("ada/two", test, as: .anonymous) == "ada/two")
            #expect(try await ask("ada/three", test, as: .anonymous) == "moved:ada/two")
            // Only the letters' case changes: the name stays the same one.
            try await test.hub.repos.move(.model, RepoID("ada/two"), to: RepoID("ada/TWO"), viewer: ada)
            #expect(try await ask("ada/two", test, as: .anonymous) == "ada/two")
            try await test.hub.repos.delete(.model, RepoID("ada/TWO"), viewer: ada)
            #expect(try await ask("ada/three", test, as: ada) == "repoNotFound")
        }
    }

    @Test func `strangers learn nothing from the former name of a private repo`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let id = try await test.repo("ada/one", visibility: .private, as: ada)
            try await test.hub.repos.move(.model, id, to: RepoID("ada/two"), viewer: ada)
            #expect(try await ask("ada/one", test, as: bob) == "repoNotFound")
            #expect(try await ask("ada/one", test, as: .anonymous) == "repoNotFound")
            #expect(try await ask("ada/one", test, as: ada) == "moved:ada/two")
        }
    }

    @Test func `a repo is not moved onto another, nor to where its owner may not create`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let id = try await test.repo("ada/one", as: ada)
            try await test.repo("ada/two", as: ada)
            // A dataset of that name is no hindrance.
            try await test.repo("ada/three", kind: .dataset, as: ada)
            func move(_ target: String, as viewer: Viewer) async throws -> String {
                do {
                    try await test.hub.repos.move(.model, id, to: RepoID(target), viewer: viewer)
                    return "moved"
                } catch let error as HubError { return error.code.description }
            }
            #expect(try await move("ada/TWO", as: ada) == "conflict")
            #expect(try await move("bob/one", as: ada) == "forbidden")
            #expect(try await move("nobody/one", as: ada) == "notFound")
            #expect(try await move("bob/one", as: bob) == "forbidden")
            #expect(try await move("bob/one", as: .anonymous) == "unauthenticated")
            #expect(try await ask("ada/one", test, as: .anonymous) == "ada/one")
            #expect(try await move("ada/three", as: ada) == "moved")
        }
    }

    @Test func `search finds a moved repo by its new name only`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/walrus", as: ada)
            try await test.hub.repos.move(.model, id, to: RepoID("ada/penguin"), viewer: ada)
            func found(_ words: String) async throws -> Int? {
                var request = ListingRequest()
                request.search = [words]
                let answer = try await test.hub.listings.answer(
                    .model,
                    request,
                    baseURL: TestHub.baseURL,
                    keepAs: words,
                    viewer: ada
                )
                return try JSONValue(parsing: Array(answer.body.readableBytesView)).arrayValue?.count
            }
            #expect(try await found("walrus") == 0)
            #expect(try await found("penguin") == 1)
        }
    }
}
