// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import hubctl

@Suite struct LocalFileTests {
    private let all = FileFilter(include: [], exclude: [])

    @Test func `a folder's files come in byte order, without what is no content`() async throws {
        try await withScratch { scratch in
            for path in [
                "b.txt", "a/z.txt", "a/B.txt", ".git/config", ".cache/huggingface/x", ".gitattributes", ".DS_Store",
            ] {
                _ = try scratch.write([1], to: path)
            }
            let found = try LocalFile.find(scratch.path, in: "", filter: all)
            #expect(found.map(\.path) == [".gitattributes", "a/B.txt", "a/z.txt", "b.txt"])
        }
    }

    @Test func `links to files are followed and dangling ones left out`() async throws {
        try await withScratch { scratch in
            let target = try scratch.write([1, 2, 3], to: "blobs/x")
            try Files.makeFolder(scratch.path + "/snapshot")
            try Files.link(scratch.path + "/snapshot/model.bin", to: "../blobs/x")
            try Files.link(scratch.path + "/snapshot/gone", to: "../blobs/gone")
            try Files.link(scratch.path + "/snapshot/folder", to: "../blobs")
            let found = try LocalFile.find(scratch.path + "/snapshot", in: "", filter: all)
            #expect(found.map(\.path) == ["model.bin"])
            #expect(found.first?.size == 3)
            #expect(try Files.status(target) != nil)
        }
    }

    @Test func `one file goes by its name or by the path it is given`() async throws {
        try await withScratch { scratch in
            let file = try scratch.write([1], to: "a.txt")
            #expect(try LocalFile.find(file, in: "", filter: all).map(\.path) == ["a.txt"])
            #expect(try LocalFile.find(file, in: "sub/b.txt", filter: all).map(\.path) == ["sub/b.txt"])
        }
    }

    @Test func `the digests are git's and sha-256's`() async throws {
        try await withScratch { scratch in
            let source = try scratch.write(Array("hello\n".utf8), to: "h")
            let file = LocalFile(source: source, path: "h", size: 6)
            #expect(try file.digest(large: false) { _ in } == .git("ce013625030ba8dba906f756967f9e9ca394464a"))
            #expect(
                try file.digest(large: true) { _ in }
                    == .sha256("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")
            )
        }
    }

    @Test func `a name no repo can have is refused with a hint`() async throws {
        try await withScratch { scratch in
            _ = try scratch.write([1], to: "a\\b")
            #expect(throws: CommandFailure.self) { try LocalFile.find(scratch.path, in: "", filter: all) }
        }
    }
}
