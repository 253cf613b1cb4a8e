// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import HubTestSupport
import HubTransfer
import NIOCore
import Testing

@Suite struct CommitTests {
    @Test func `a new repo has one commit that says what goes to LFS`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            #expect(try await test.files(id, as: ada) == [".gitattributes"])
            #expect(try await test.text(".gitattributes", in: id, as: .anonymous) == GitAttributes.initial)
            #expect(await asyncCodeThrown(by: { try await test.repo("ADA/M", as: ada) }) == .conflict)
            #expect(await asyncCodeThrown(by: { try await test.repo("ada/n", as: .anonymous) }) == .unauthenticated)
        }
    }

    @Test func `files are added, replaced and deleted`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit(
                [test.add("a", "1"), test.add("d/x", "2"), test.add("d/e/y", "3"), test.add("z", "")],
                to: id,
                as: ada
            )
            #expect(try await test.files(id, as: ada) == [".gitattributes", "a", "d/e/y", "d/x", "z"])
            try await test.commit(
                [test.add("a", "new"), .deleteFile(path: RepoPath("d/x")), .deleteFolder(path: RepoPath("d/e"))],
                to: id,
                as: ada
            )
            // Git has no empty folders.
            #expect(
                try await test.entries(id, as: ada).compactMap { $0["path"]?.stringValue } == [
                    ".gitattributes", "a", "z",
                ]
            )
            #expect(try await test.text("a", in: id, as: ada) == "new")
            #expect(try await test.text("z", in: id, as: ada) == "")
        }
    }

    @Test(arguments: ["a/b", "d", "d/x/y"])
    func `a file cannot be where a folder is, nor the other way`(path: String) async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit([test.add("a", "1"), test.add("d/x", "2")], to: id, as: ada)
            let code = await asyncCodeThrown(by: { try await test.commit([test.add(path, "3")], to: id, as: ada) })
            #expect(code == .unprocessable)
            #expect(try await test.files(id, as: ada) == [".gitattributes", "a", "d/x"])
        }
    }

    @Test func `deleting what is not there fails whole`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit([test.add("d/x", "2")], to: id, as: ada)
            for wrong in try [
                CommitOperation.deleteFile(path: RepoPath("d")), .deleteFile(path: RepoPath("nope")),
                .deleteFolder(path: RepoPath("d/x")), .deleteFolder(path: RepoPath("no/pe")),
            ] {
                let code = await asyncCodeThrown(by: {
                    try await test.commit([test.add("b", "1"), wrong], to: id, as: ada)
                })
                #expect(code == .entryNotFound)
            }
            #expect(try await test.files(id, as: ada) == [".gitattributes", "d/x"])
        }
    }

    @Test func `of two commits onto one parent exactly one wins`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let parent = try await test.commit([test.add("a", "1")], to: id, as: ada)
            let stale = parent
            func attempt(_ name: String) async -> HubError.Code? {
                await asyncCodeThrown(by: {
                    try await test.commit([test.add(name, name)], to: id, parent: parent, as: ada)
                })
            }
            async let first = attempt("x")
            async let second = attempt("y")
            let codes = [await first, await second]
            #expect(codes.filter { $0 == nil }.count == 1)
            #expect(codes.contains(.preconditionFailed))
            #expect(try await test.files(id, as: ada) == [".gitattributes", "a", codes[0] == nil ? "x" : "y"])
            let code = await asyncCodeThrown(by: {
                try await test.commit([test.add("b", "")], to: id, parent: stale, as: ada)
            })
            #expect(code == .preconditionFailed)
        }
    }

    @Test func `a title never holds a line break`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            _ = try await test.hub.commits.commit(
                .model,
                id,
                .main,
                header: CommitHeader(summary: "title\r\nmore\0", description: "even\r\nmore"),
                operations: [test.add("a", "1")],
                viewer: ada
            )
            let page = try await test.hub.commits.history(
                .model,
                id,
                .main,
                from: nil,
                limit: nil,
                formatted: false,
                viewer: ada
            )
            let newest = try #require(page.commits.arrayValue?.first)
            #expect(newest["title"]?.stringValue == "title")
            #expect(newest["message"]?.stringValue == "more\n\neven\nmore")
            #expect(page.total == 2)
        }
    }
}
