// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import hubctl

@Suite struct GlobTests {
    // What Python's fnmatchcase says of the same pairs.
    @Test(arguments: [
        ("*.py", "a/b.py", true), ("a?c", "abc", true), ("[!a]b", "cb", true), ("[!a]b", "ab", false),
        ("[]a]x", "]x", true), ("[a", "[a", true), ("data/*.json", "data/x/y.json", true), ("*", "", true),
        ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false), ("[a-c]1", "b1", true), ("[z-a]1", "b1", false),
        ("[a-]x", "-x", true), ("*.", "a", false), ("**/x", "x", false), ("**/x", "d/x", true), ("A*", "abc", false),
    ])
    func `a pattern matches what fnmatch of Python matches`(pattern: String, text: String, expected: Bool) {
        #expect(Glob(pattern).matches(text) == expected)
    }

    @Test func `a pattern that ends in a slash means all below the folder`() {
        #expect(Glob("data/").matches("data/train/0.parquet"))
        #expect(!Glob("data/").matches("data"))
    }

    @Test(arguments: [
        ("a.txt", true), ("b/a.txt", true), ("b/secret.txt", false), ("a.bin", false),
    ])
    func `a filter admits what is included and not excluded`(path: String, expected: Bool) {
        let filter = FileFilter(include: ["*.txt"], exclude: ["*secret*"])
        #expect(filter.admits(path) == expected)
    }

    @Test(arguments: [".git/config", "sub/.git", ".cache/huggingface/download/x.metadata", ".DS_Store", "a/.DS_Store"])
    func `what is no content is never pushed`(path: String) {
        #expect(!FileFilter(include: [], exclude: FileFilter.neverPushed).admits(path))
    }

    @Test(arguments: [".gitattributes", "a.git", "cache/huggingface", "DS_Store"])
    func `what only looks like it is pushed`(path: String) {
        #expect(FileFilter(include: [], exclude: FileFilter.neverPushed).admits(path))
    }
}
