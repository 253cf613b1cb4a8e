// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import Testing

@Suite struct WriteQueryTests {
    private let main = "refs/heads/main"

    @Test func `of two that saw the same head only one moves the ref`() async throws {
        try await withTestStore { test in
            let repo = try await test.repo("m", owner: try await test.account("ada"))
            let (one, two) = (try await test.commit(1, in: repo), try await test.commit(2, in: repo))
            func swap(from old: GitOID?, to new: GitOID?) async -> HubError.Code? {
                await asyncCodeThrown(by: {
                    try await test.store.write(durable: true) { tx in
                        try tx.compareAndSwapRef(repo: repo.id, name: main, from: old, to: new, at: TestStore.start)
                    }
                })
            }
            async let first = swap(from: nil, to: one)
            async let second = swap(from: nil, to: two)
            let codes = [await first, await second]
            #expect(codes.filter { $0 == nil }.count == 1)
            #expect(codes.contains(.preconditionFailed))
            let head = try await test.store.read { try $0.ref(repo: repo.id, name: main)?.target }
            #expect(head == (codes[0] == nil ? one : two))
            #expect(await swap(from: nil, to: one) == .preconditionFailed)
            #expect(await swap(from: head, to: nil) == nil)
            #expect(try await test.store.read { try $0.refs(repo: repo.id) }.isEmpty)
        }
    }

    @Test func `a commit opens nothing in another repo`() async throws {
        try await withTestStore { test in
            let ada = try await test.account("ada")
            let (mine, other) = (try await test.repo("m", owner: ada), try await test.repo("n", owner: ada))
            let oid = try await test.commit(7, in: mine)
            #expect(try await test.store.read { try $0.commit(oid, in: mine.id)?.oid } == oid)
            #expect(try await test.store.read { try $0.commit(oid, in: other.id) } == nil)
            #expect(try await test.store.read { try $0.commits(in: mine.id, prefix: "0707070") } == [oid])
            #expect(try await test.store.read { try $0.commits(in: other.id, prefix: "0707070") }.isEmpty)
        }
    }

    @Test func `a token is good until it expires or is revoked`() async throws {
        try await withTestStore { test in
            let ada = try await test.account("ada")
            let hash = [UInt8](repeating: 9, count: 32)
            let start = TestStore.start
            try await test.store.write { tx in
                try tx.insertToken(
                    account: ada.id,
                    name: "ci",
                    hash: hash,
                    role: .read,
                    scopes: [],
                    expiresAt: start.adding(seconds: 60),
                    at: start
                )
            }
            func token() async throws -> TokenRecord {
                try #require(try await test.store.read { try $0.token(hash: hash)?.token })
            }
            #expect(try await token().isValid(at: start.adding(seconds: 59)))
            #expect(try await !token().isValid(at: start.adding(seconds: 60)))
            let other = [UInt8](repeating: 8, count: 32)
            #expect(try await test.store.read { try $0.token(hash: other) == nil })
            #expect(
                try await test.store.write { try $0.revokeTokens(account: ada.id, name: "x", hash: nil, at: start) }
                    == 0
            )
            #expect(
                try await test.store.write { try $0.revokeTokens(account: ada.id, name: "ci", hash: nil, at: start) }
                    == 1
            )
            #expect(try await !token().isValid(at: start))
        }
    }

    @Test func `names are taken in any case`() async throws {
        try await withTestStore { test in
            let ada = try await test.account("Ada")
            #expect(await asyncCodeThrown(by: { try await test.account("aDA") }) == .conflict)
            _ = try await test.repo("Model", owner: ada)
            #expect(await asyncCodeThrown(by: { try await test.repo("model", owner: ada) }) == .conflict)
            _ = try await test.repo("model", owner: ada, kind: .dataset)
        }
    }

    @Test func `days older than thirty fall out of the downloads`() async throws {
        try await withTestStore { test in
            let repo = try await test.repo("m", owner: try await test.account("ada"))
            let now = TestStore.start
            for (age, count) in [(0, 1), (6, 10), (7, 100), (29, 1000), (30, 10_000), (400, 100_000)]
                as [(Int64, Int64)]
            {
                let moment = now.adding(seconds: -age * 86_400)
                try await test.store.write { try $0.addDownloads([repo.id: count, 999: 5], at: moment) }
            }
            try await test.store.write { try $0.refreshCounters(at: now) }
            let counted = try #require(try await test.store.read { try $0.repo(id: repo.id) })
            #expect(counted.downloads == 1111)
            #expect(counted.trending == 11)
            #expect(counted.downloadsAllTime == 111_111)
        }
    }
}

@Suite struct SearchTests {
    private func find(_ words: [String], _ test: TestStore) async throws -> Set<String> {
        var query = RepoListQuery(kind: .model, scope: .anonymous)
        query.search = words
        return try await test.store.read { [query] tx in Set(try tx.repos(query).map(\.name)) }
    }

    private func fill(_ test: TestStore) async throws {
        let ada = try await test.account("ada")
        for (name, tags, card) in [
            ("resnet-50", ["vision"], "A deep residual network"),
            ("vit-base", ["vision", "tmp"], "Attention, caf\u{E9}"),
            ("tiny", [], "words"),
        ] {
            let repo = try await test.repo(name, owner: ada)
            try await test.store.write { try $0.indexForSearch(repo: repo, tags: tags, card: card) }
        }
    }

    @Test(
        arguments: [
            (["resnet"], ["resnet-50"]), (["snet"], ["resnet-50"]), (["RESNET-5"], ["resnet-50"]),
            (["vision"], ["resnet-50", "vit-base"]), (["resid"], ["resnet-50"]), (["sidual"], []),
            (["vi"], ["resnet-50", "vit-base"]),
            (["cafe"], ["vit-base"]), (["vision", "attention"], ["vit-base"]), (["ada/tiny"], ["tiny"]),
            (["nothing"], []),
        ] as [([String], Set<String>)]
    )
    func `words, their beginnings and parts of names are found`(words: [String], expected: Set<String>) async throws {
        try await withTestStore { test in
            try await fill(test)
            #expect(try await find(words, test) == expected)
        }
    }

    @Test(arguments: [
        "\"", "\"\"", "'", "*", "(", ")", "^", "a\"b", "NEAR(", "id:x", "{", "-", "\\", "%", "_", "\u{1F600}", "AND",
        "\u{301}", "\0", "x\0y", "' OR 1=1 --",
    ])
    func `odd characters are looked for, not obeyed`(word: String) async throws {
        try await withTestStore { test in
            try await fill(test)
            #expect(try await find([word], test).count < 3)
        }
    }
}
