// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTransfer
import Testing

@Suite struct GitAttributesTests {
    @Test(arguments: [
        "model.safetensors", "a/b/weights.bin", "x.tar.gz", "logs/events.out.tfevents.123", "saved_model/a/b.txt",
        "saved_model/x", "data.parquet", "a.lfs.txt", "m.gguf",
    ])
    func `a new repo sends weights through LFS`(path: String) {
        #expect(GitAttributes(parsing: GitAttributes.initial).isLFS(path))
    }

    @Test(arguments: [
        "README.md", "config.json", "bin", "a.bin.txt", "x/saved_model/y", "tokenizer.json", ".gitattributes",
    ])
    func `a new repo keeps text in git`(path: String) {
        #expect(!GitAttributes(parsing: GitAttributes.initial).isLFS(path))
    }

    @Test func `the last line that matches decides`() {
        let attributes = GitAttributes(
            parsing: """
                # *.md filter=lfs
                *.bin filter=lfs diff=lfs -text
                *.bin text
                small/*.bin -filter
                /top.txt\tfilter=lfs
                other.bin filter=crypt
                \r
                lonely
                """
        )
        #expect(attributes.isLFS("a.bin"))
        #expect(attributes.isLFS("deep/er/a.bin"))
        #expect(!attributes.isLFS("small/a.bin"))
        #expect(!attributes.isLFS("other.bin"))
        #expect(attributes.isLFS("top.txt"))
        #expect(!attributes.isLFS("sub/top.txt"))
        #expect(!attributes.isLFS("x.md"))
        #expect(!attributes.isLFS("lonely"))
    }
}

@Suite struct GitIgnoreTests {
    private let ignore = GitIgnore(
        parsing: """
            # comment
            *.log
            !keep.log
            build/
            /root.txt
            docs/*.tmp
            **/cache
            trailing.txt\u{20}\u{20}
            """
    )

    @Test(arguments: [
        "a.log", "x/y.log", "build/a", "x/build/b/c", "root.txt", "docs/a.tmp", "cache", "x/cache/y", "trailing.txt",
        "build/keep.log",
    ])
    func `it is ignored`(path: String) { #expect(ignore.ignores(path)) }

    @Test(arguments: [
        "keep.log", "x/keep.log", "build", "x/root.txt", "docs/x/a.tmp", "x/docs/a.tmp", "cached", "# comment", "", "a",
    ])
    func `it is not ignored`(path: String) { #expect(!ignore.ignores(path)) }
}
