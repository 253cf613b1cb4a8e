// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubStore
import HubTestSupport
import Testing

@Suite struct DuplicateRepoTests {
    private func duplicate(
        _ from: String,
        _ to: String,
        _ test: TestHub,
        visibility: Visibility? = nil,
        as viewer: Viewer
    ) async throws -> JSONValue {
        try await test.hub.repos.duplicate(
            .model,
            RepoID(from),
            to: RepoID(to),
            visibility: visibility,
            baseURL: TestHub.baseURL,
            viewer: viewer
        )
    }

    @Test func `a copy has the same commits and files, and goes its own way`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let id = try await test.repo("ada/m", as: ada)
            let head = try await test.commit([test.add("a.txt", "one")], to: id, as: ada)
            let answer = try await duplicate("ada/m", "bob/mine", test, as: bob)
            #expect(answer["url"] == "http://hub.test/bob/mine")
            let copy = try RepoID("bob/mine")
            #expect(try await test.text("a.txt", in: copy, as: bob) == "one")
            let next = try await test.commit([test.add("a.txt", "two")], to: copy, parent: head, as: bob)
            #expect(next != head)
            #expect(try await test.text("a.txt", in: id, as: ada) == "one")
            // The original may go: the copy's bytes stay, also after a collection.
            try await test.hub.repos.delete(.model, id, viewer: ada)
            #expect(try await test.text("a.txt", in: copy, as: bob) == "two")
        }
    }

    @Test func `a copy is as closed as the original unless told otherwise`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", visibility: .private, as: ada)
            try await test.hub.repos.updateSettings(.model, id, visibility: nil, gated: .manual, viewer: ada)
            _ = try await duplicate("ada/m", "ada/same", test, as: ada)
            _ = try await duplicate("ada/m", "ada/open", test, visibility: .public, as: ada)
            let same = try #require(try await test.hub.store.read { try $0.repo(.model, RepoID("ada/same")) })
            #expect(same.visibility == .private)
            #expect(same.gated == .manual)
            let open = try #require(try await test.hub.store.read { try $0.repo(.model, RepoID("ada/open")) })
            #expect(open.visibility == .public)
            #expect(open.gated == .manual)
        }
    }

    @Test func `what one may not read, or make, is not duplicated`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let gated = try await test.repo("ada/gated", as: ada)
            try await test.hub.repos.updateSettings(.model, gated, visibility: nil, gated: .manual, viewer: ada)
            try await test.repo("ada/closed", visibility: .private, as: ada)
            try await test.repo("bob/there", as: bob)
            func code(_ from: String, _ to: String, _ viewer: Viewer) async throws -> String {
                do {
                    _ = try await duplicate(from, to, test, as: viewer)
                    return "done"
                } catch let error as HubError { return error.code.description }
            }
            #expect(try await code("ada/gated", "bob/x", bob) == "gated")
            #expect(try await code("ada/closed", "bob/x", bob) == "repoNotFound")
            #expect(try await code("bob/there", "ada/x", bob) == "forbidden")
            #expect(try await code("bob/there", "bob/THERE", bob) == "conflict")
            #expect(try await code("bob/there", "bob/x", .anonymous) == "unauthenticated")
        }
    }

    @Test func `squashing leaves one commit of the same files`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            for text in ["one", "two", "three"] { try await test.commit([test.add("a.txt", text)], to: id, as: ada) }
            let before = try await test.entries(id, as: ada)
            let oid = try await test.hub.commits.squash(.model, id, .main, message: "all in one", viewer: ada)
            #expect(try await test.entries(id, as: ada) == before)
            let head = try await test.hub.store.read { tx in
                let repo = try #require(try tx.repo(.model, id))
                return try tx.commit(oid, in: repo.id)
            }
            #expect(head?.parent == nil)
            #expect(head?.depth == 1)
            #expect(head?.title == "all in one")
            #expect(try await test.text("a.txt", in: id, as: ada) == "three")
            await #expect(throws: HubError.self) {
                try await test.hub.commits.squash(.model, id, Revision("nope"), message: nil, viewer: ada)
            }
            await #expect(throws: HubError.self) {
                try await test.hub.commits.squash(.model, id, .main, message: nil, viewer: .anonymous)
            }
        }
    }

    @Test func `a folder's size counts what LFS files hold`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit([test.add("a/one.txt", "12345"), test.add("a/b/two.txt", "123")], to: id, as: ada)
            func size(_ path: String?) async throws -> Int64 {
                try await test.hub.trees.size(.model, id, .main, path: path.map { try RepoPath($0) }, viewer: ada)
            }
            #expect(try await size("a") == 8)
            #expect(try await size("a/b") == 3)
            #expect(try await size("a/one.txt") == 5)
            #expect(try await size(nil) > 8)
            await #expect(throws: HubError.self) { try await size("nope") }
        }
    }
}
