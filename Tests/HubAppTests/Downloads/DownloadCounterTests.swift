// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
import HubBlobs
import HubCore
import HubStore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct DownloadCounterTests {
    private static let client = "user:ada"

    private static func downloads(_ test: TestHub, _ id: RepoID, _ kind: RepoKind = .model) async throws -> [Int64] {
        try await test.hub.downloadCounter.flush()
        let repo = try await test.hub.store.read { try $0.repo(kind, id) }
        return [try #require(repo).downloads, try #require(repo).downloadsAllTime]
    }

    private static func key(_ test: TestHub, _ id: RepoID, _ kind: RepoKind = .model) async throws -> Int64 {
        try #require(await test.hub.store.read { try $0.repo(kind, id)?.id })
    }

    @Test func `the fetch that follows a look is the same download of a model`() async throws {
        try await withTestHub { test in
            let id = try await test.repo("ada/m", as: try await test.user("ada"))
            let (counter, repo) = (test.hub.downloadCounter, try await Self.key(test, id))
            counter.countModel(repo: repo, client: Self.client, isLook: true)
            counter.countModel(repo: repo, client: Self.client, isLook: false)
            #expect(try await Self.downloads(test, id) == [1, 1])
            // A fetch alone counts, and so does every further one: nothing says that it is the same download.
            counter.countModel(repo: repo, client: Self.client, isLook: false)
            counter.countModel(repo: repo, client: Self.client, isLook: false)
            #expect(try await Self.downloads(test, id) == [3, 3])
            // Another client's fetch is another download.
            counter.countModel(repo: repo, client: Self.client, isLook: true)
            counter.countModel(repo: repo, client: "10.0.0.1", isLook: false)
            #expect(try await Self.downloads(test, id) == [5, 5])
        }
    }

    @Test func `a look is forgotten after a minute`() async throws {
        try await withTestHub { test in
            let id = try await test.repo("ada/m", as: try await test.user("ada"))
            let (counter, repo) = (test.hub.downloadCounter, try await Self.key(test, id))
            counter.countModel(repo: repo, client: Self.client, isLook: true)
            test.clock.advance(seconds: 61)
            counter.countModel(repo: repo, client: Self.client, isLook: false)
            #expect(try await Self.downloads(test, id) == [2, 2])
        }
    }

    @Test func `a client's files of a dataset count once in five minutes`() async throws {
        try await withTestHub { test in
            let id = try await test.repo("ada/d", kind: .dataset, as: try await test.user("ada"))
            let (counter, repo) = (test.hub.downloadCounter, try await Self.key(test, id, .dataset))
            for _ in 0..<3 { counter.countFiles(repo: repo, client: Self.client) }
            #expect(try await Self.downloads(test, id, .dataset) == [1, 1])
            test.clock.advance(seconds: 299)
            counter.countFiles(repo: repo, client: Self.client)
            counter.countFiles(repo: repo, client: "10.0.0.1")
            #expect(try await Self.downloads(test, id, .dataset) == [2, 2])
            test.clock.advance(seconds: 1)
            counter.countFiles(repo: repo, client: Self.client)
            #expect(try await Self.downloads(test, id, .dataset) == [3, 3])
        }
    }

    @Test func `downloads older than thirty days stay in the sum of all time only`() async throws {
        try await withTestHub { test in
            let id = try await test.repo("ada/m", as: try await test.user("ada"))
            let (counter, repo) = (test.hub.downloadCounter, try await Self.key(test, id))
            counter.countModel(repo: repo, client: Self.client, isLook: false)
            #expect(try await Self.downloads(test, id) == [1, 1])
            test.clock.advance(seconds: 31 * 86_400)
            counter.countModel(repo: repo, client: Self.client, isLook: false)
            #expect(try await Self.downloads(test, id) == [1, 2])
        }
    }

    @Test func `only the file that a model's library reads first counts`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let card = "---\nlibrary_name: diffusers\n---\n"
            let names = ["config.json", "model_index.json", "unet/config.json"]
            var operations = [try await test.add("README.md", card)]
            for name in names { operations.append(try await test.add(name, "{}")) }
            try await test.commit(operations, to: id, as: ada)
            for name in ["README.md"] + names {
                let file = try await test.hub.downloads.resolve(.model, id, .main, RepoPath(name), viewer: .anonymous)
                test.hub.downloads.count(file, client: Self.client, isLook: false)
            }
            #expect(try await Self.downloads(test, id) == [1, 1])
        }
    }

    @Test func `what could not be written goes with the next flush`() async throws {
        try await withTestStore { test in
            let hub = try await Hub(store: test.store, blobs: MemoryBlobStore(clock: TestClock()), clock: TestClock())
            let hubTest = TestHub(hub: hub, clock: TestClock())
            let ada = try await hubTest.user("ada")
            let id = try await hubTest.repo("ada/m", as: ada)
            let (counter, repo) = (hub.downloadCounter, try await Self.key(hubTest, id))
            // Whatever the log-in noted is written first.
            try await counter.flush()
            let database = try DatabaseQueue(path: test.path)
            defer { try? database.close() }
            try await database.write { db in
                try db.execute(
                    sql: "CREATE TRIGGER broken BEFORE UPDATE ON repo BEGIN SELECT RAISE(ABORT, 'no'); END"
                )
            }
            counter.countModel(repo: repo, client: Self.client, isLook: false)
            let token = try #require(ada.token)
            let used = Timestamp(seconds: 2_000_000_000)
            counter.noteTokenUse(token.id, at: used)
            await #expect(throws: (any Error).self) { try await counter.flush() }
            try await database.write { db in try db.execute(sql: "DROP TRIGGER broken") }
            #expect(try await Self.downloads(hubTest, id) == [1, 1])
            let tokens = try await hub.store.read { try $0.tokens(ofAccount: token.accountID) }
            #expect(tokens.compactMap(\.lastUsedAt).contains(used))
        }
    }
}
