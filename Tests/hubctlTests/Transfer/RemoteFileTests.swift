// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import hubctl

@Suite struct RemoteFileTests {
    private static let sha1 = String(repeating: "a", count: 40)
    private static let sha256 = String(repeating: "b", count: 64)

    private func entry(_ path: String, _ extra: JSONObject = [:]) -> JSONValue {
        var object: JSONObject = ["type": "file", "path": .string(path), "size": 130, "oid": .string(Self.sha1)]
        for (key, value) in extra { object[key] = value }
        return .object(object)
    }

    @Test func `a large file goes by its sha-256 and its real size`() throws {
        let file = try #require(
            try RemoteFile(entry("m.bin", ["lfs": ["oid": .string(Self.sha256), "size": 5_000_000_000]]))
        )
        #expect(file.id == .sha256(Self.sha256))
        #expect(file.size == 5_000_000_000)
    }

    @Test func `a small file goes by its git id`() throws {
        #expect(try RemoteFile(entry("a.txt"))?.id == .git(Self.sha1))
    }

    @Test func `folders are no files`() throws {
        #expect(try RemoteFile(["type": "directory", "path": "a", "oid": .string(Self.sha1)]) == nil)
    }

    @Test(arguments: ["../x", "/etc/passwd", "a/../../x", "a//b", ".git/hooks/x", "a\\b", "a/\u{0}b", ""])
    func `a path that leads out of the folder is refused`(path: String) {
        #expect(throws: CommandFailure.self) { try RemoteFile(entry(path)) }
    }

    @Test(
        arguments: [
            ["oid": "../../x"], ["oid": "abc"], ["size": -1], ["lfs": ["oid": "x/../y", "size": 3]], ["size": "1"],
        ] as [JSONObject]
    )
    func `a digest or size that is none is refused`(extra: JSONObject) {
        #expect(throws: CommandFailure.self) { try RemoteFile(entry("a.txt", extra)) }
    }

    @Test func `a file that is not in the repo is named`() throws {
        let files = try [#require(try RemoteFile(entry("data/a.txt"))), #require(try RemoteFile(entry("b.txt")))]
        let all = FileFilter(include: [], exclude: [])
        #expect(try Pull.select(files, named: ["b.txt"], filter: all).map(\.path) == ["b.txt"])
        #expect(try Pull.select(files, named: [], filter: all).count == 2)
        #expect(throws: CommandFailure.self) { try Pull.select(files, named: ["c.txt"], filter: all) }
    }
}
