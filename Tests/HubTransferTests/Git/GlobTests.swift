// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTransfer
import Testing

@Suite struct GlobTests {
    private static func matches(_ pattern: String, _ text: String) -> Bool {
        Glob.matches(Array(pattern.utf8), Array(text.utf8))
    }

    @Test(arguments: [
        ("", ""), ("a", "a"), ("*", ""), ("*", "abc"), ("*.bin", "a.bin"), ("*.bin", ".bin"), ("a*c", "abbbc"),
        ("a*b*c", "axbxbxc"), ("?", "x"), ("a?c", "abc"), ("[abc]x", "bx"), ("[a-c]", "b"), ("[c-a]", "b"),
        ("[!a]", "b"), ("[^a]", "b"), ("[]]", "]"), ("[a-]", "-"), ("[!]]", "a"), ("\\*", "*"), ("\\a", "a"),
        ("**", "a/b/c"), ("**/a", "a"), ("**/a", "x/y/a"), ("a/**", "a/b/c"), ("a/**/b", "a/b"), ("a/**/b", "a/x/y/b"),
        ("saved_model/**/*", "saved_model/a"), ("saved_model/**/*", "saved_model/x/a"), ("*/b", "a/b"),
        ("**/*.b/*", "x/y.b/z"), ("*a*/**/b", "aa/x/b"), ("*tfevents*", "events.out.tfevents.1"), ("ü?", "üx"),
    ])
    func `the pattern matches`(pattern: String, text: String) {
        #expect(Self.matches(pattern, text))
    }

    @Test(arguments: [
        ("", "a"), ("a", ""), ("a", "A"), ("*", "a/b"), ("*.bin", "a.binx"), ("*.bin", "a/b.bin"), ("?", ""),
        ("?", "/"), ("?", "xy"), ("a?c", "a/c"), ("[a-c]", "d"), ("[!a]", "a"), ("[!a]", "/"), ("[/]", "/"),
        ("[a", "a"), ("[a", "[a"), ("\\*", "x"), ("a\\", "a"), ("**/a", "xa"), ("a/**", "a"), ("a/**", "b/a/c"),
        ("a/**/b", "a/xb"), ("a/**/b", "ab"), ("*/b", "a/x/b"), ("saved_model/**/*", "saved_model"),
        ("**/*.b/*", "x/y.b/z/w"), ("*a*b", "ba"),
    ])
    func `the pattern does not match`(pattern: String, text: String) {
        #expect(!Self.matches(pattern, text))
    }

    /// Each would take longer than the universe's age by trying every way.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            String(repeating: "*a", count: 200), String(repeating: "**a", count: 200),
            String(repeating: "**/", count: 200),
            String(repeating: "**/*a", count: 100), String(repeating: "*", count: 4000),
            String(repeating: "[!b]*", count: 99),
            String(repeating: "**", count: 1000), String(repeating: "a**", count: 300),
        ]
    )
    func `a hostile pattern ends quickly`(pattern: String) {
        let text = String(repeating: "a", count: 600) + "/" + String(repeating: "aa/", count: 130)
        #expect(!Self.matches(pattern + "b", text))
    }

    @Test func `a deep nest of stars still matches what it should`() {
        let pattern = String(repeating: "**/a*", count: 20)
        #expect(Self.matches(pattern, String(repeating: "x/aa/", count: 19) + "ab"))
        #expect(!Self.matches(pattern, String(repeating: "x/aa/", count: 18) + "ab"))
    }
}
