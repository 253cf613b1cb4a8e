// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import Testing

@Suite struct RepoPathTests {
    @Test(arguments: [
        "README.md", "a/b/c.bin", ".gitattributes", ".github/x", "a b/ü.txt", "...", "..a", "a..", "git", ".gitignore",
        "日本/語.txt", "e\u{301}.txt", "a/-", "~", "con", "a:b", "%2e%2e/a", String(repeating: "x", count: 255),
    ])
    func `a path stays as it is`(text: String) throws {
        #expect(try Array(RepoPath(text).text.utf8) == Array(text.utf8))
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b", ".git", ".git/config", "a/.GIT/b",
        ".Git", "a\\b", "a\0b", "a\nb", "a\tb", "\u{7F}", "a\r\nb",
    ])
    func `a path that leads astray is refused`(text: String) {
        #expect(codeThrown { try RepoPath(text) } == .unprocessable)
    }

    /// A combining mark after a slash makes one Swift `Character` with it; a file system sees bytes.
    @Test(arguments: [
        "..\u{2F}\u{301}a", "a/..\u{2F}\u{301}b", ".git\u{2F}\u{301}hooks", "a/\u{FE0F}b", "a/\u{200D}", "\u{600}/../a",
        "a\u{600}/b",
    ])
    func `a slash that a character swallows still parts segments`(text: String) {
        #expect(codeThrown { try RepoPath(text) } == .unprocessable)
    }

    @Test func `limits hold to the byte`() throws {
        let segment = String(repeating: "x", count: 255)
        #expect(codeThrown { try RepoPath(segment + "x") } == .unprocessable)
        let longest = Array(repeating: segment, count: 4).joined(separator: "/") + "/"
        #expect(longest.utf8.count == 1024)
        #expect(codeThrown { try RepoPath(longest + "x") } == .unprocessable)
        #expect(try RepoPath(String(longest.dropLast())).segments.count == 4)
        // 86 characters of three bytes are too long for a segment of 255 bytes.
        #expect(codeThrown { try RepoPath(String(repeating: "語", count: 86)) } == .unprocessable)
        #expect(try RepoPath(Array(repeating: "d", count: 64).joined(separator: "/")).segments.count == 64)
        #expect(codeThrown { try RepoPath(Array(repeating: "d", count: 65).joined(separator: "/")) } == .unprocessable)
    }

    @Test(arguments: [
        ("a/model.SafeTensors", "safetensors"), ("a.b/c", ""), (".gitattributes", ""), ("x.tar.gz", "gz"), ("x.", ""),
    ])
    func `the extension is of the last segment`(text: String, expected: String) throws {
        #expect(try RepoPath(text).fileExtension == expected)
    }

    @Test func `paths compare by bytes`() throws {
        #expect(try RepoPath("Z") < RepoPath("a"))
        #expect(try RepoPath("a-b") < RepoPath("a/b"))
        #expect(try !(RepoPath("é") < RepoPath("z")))
    }
}
