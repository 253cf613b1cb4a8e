// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubTestSupport
import Testing

@Suite struct TreeTests {
    private static let paths = ["a/b/c", "a/b/d", "a-", "a.b", "a0", "z/y/x/w", "z/y/v", "z.txt"]

    private func pages(_ test: TestHub, _ id: RepoID, folder: String?, size: Int) async throws -> [String] {
        var seen: [String] = []
        var after: String?
        repeat {
            let page = try await test.hub.trees.list(
                .model,
                id,
                .main,
                path: folder.map { try RepoPath($0) },
                recursive: true,
                expand: false,
                after: after,
                limit: size,
                viewer: .anonymous
            )
            let entries = page.entries.arrayValue ?? []
            #expect(entries.count <= size)
            seen += entries.compactMap { $0["path"]?.stringValue }
            after = page.next
        } while after != nil && seen.count < 100
        return seen
    }

    @Test(arguments: [nil, "z", "a/b"], [1, 2, 3, 5, 1000])
    func `pages together are the whole walk`(folder: String?, size: Int) async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            var operations: [CommitOperation] = []
            for path in Self.paths { operations.append(try await test.add(path, path)) }
            try await test.commit(operations, to: id, as: ada)
            let whole = [
                ".gitattributes", "a-", "a.b", "a", "a/b", "a/b/c", "a/b/d", "a0", "z.txt", "z", "z/y", "z/y/v",
                "z/y/x",
                "z/y/x/w",
            ]
            let expected = folder.map { folder in whole.filter { $0.hasPrefix(folder + "/") } } ?? whole
            #expect(try await pages(test, id, folder: folder, size: size) == expected)
        }
    }

    @Test func `a list goes on when the entry it stopped at is gone`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit([test.add("a", "1"), test.add("b", "2"), test.add("c", "3")], to: id, as: ada)
            try await test.commit([.deleteFile(path: RepoPath("b"))], to: id, as: ada)
            let page = try await test.hub.trees.list(
                .model,
                id,
                .main,
                path: nil,
                recursive: true,
                expand: false,
                after: "b",
                limit: nil,
                viewer: ada
            )
            #expect(page.entries.arrayValue?.compactMap { $0["path"]?.stringValue } == ["c"])
        }
    }

    @Test func `each entry names the commit that last changed it`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let first = try await test.commit(
                [test.add("a", "1"), test.add("d/x", "1"), test.add("d/y", "1")],
                to: id,
                as: ada
            )
            let second = try await test.commit([test.add("d/x", "2")], to: id, as: ada)
            // The same bytes again change nothing.
            try await test.commit([test.add("a", "1")], to: id, as: ada)
            let last = try await test.entries(id, expand: true, as: ada).reduce(into: [String: String]()) {
                last,
                entry in
                guard let path = entry["path"]?.stringValue else { return }
                last[path] = entry["lastCommit"]?["id"]?.stringValue
            }
            #expect(last["a"] == first.hex)
            #expect(last["d/y"] == first.hex)
            #expect(last["d/x"] == second.hex)
            #expect(last["d"] == second.hex)
            #expect(last[".gitattributes"] != nil && last[".gitattributes"] != first.hex)
        }
    }
}
