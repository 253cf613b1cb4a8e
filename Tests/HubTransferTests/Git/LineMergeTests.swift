// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTransfer
import Testing

@Suite struct LineMergeTests {
    private func merge(_ base: String, _ ours: String, _ theirs: String) -> String? {
        LineMerge.merge(base: Array(base.utf8), ours: Array(ours.utf8), theirs: Array(theirs.utf8))
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `changes apart from each other are both kept`() {
        let base = "a\nb\nc\nd\ne\n"
        #expect(merge(base, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n") == "A\nb\nc\nd\nE\n")
        #expect(merge(base, "b\nc\nd\ne\n", "a\nb\nc\nd\ne\nf\n") == "b\nc\nd\ne\nf\n")
        #expect(merge(base, "a\nb\nc\nd\ne\n", "a\nc\ne\n") == "a\nc\ne\n")
        #expect(merge(base, "a\nnew\nb\nc\nd\ne\n", "a\nb\nc\n") == "a\nnew\nb\nc\n")
    }

    @Test func `the same change on both sides is made once`() {
        #expect(merge("a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\n") == "a\nB\nc\n")
        #expect(merge("a\nb\n", "a\n", "a\n") == "a\n")
    }

    @Test func `different changes in one place, or next to each other, are a conflict`() {
        #expect(merge("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n") == nil)
        #expect(merge("a\nb\nc\n", "a\nc\n", "a\nY\nc\n") == nil)
        #expect(merge("a\nb\nc\nd\n", "a\nX\nc\nd\n", "a\nb\nY\nd\n") == nil)
        #expect(merge("", "mine\n", "yours\n") == nil)
        #expect(merge("a\n", "a\nmine\n", "a\nyours\n") == nil)
    }

    @Test func `a last line without its end is a line`() {
        #expect(merge("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD") == "A\nb\nc\nD")
        #expect(merge("a\nb\nc", "a\nb\nc\n", "A\nb\nc") == "A\nb\nc\n")
    }
}
