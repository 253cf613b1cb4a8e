// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubHTTP

@Suite struct ETagTests {
    @Test(arguments: [
        ("\"a\"", ETag("a")), ("W/\"a\"", ETag("a", isWeak: true)), ("a", ETag("a")), (" \"a,b\" ", ETag("a,b")),
    ])
    func `a tag is parsed`(_ text: String, _ expected: ETag) {
        #expect(ETag(header: text) == expected)
    }

    @Test(arguments: ["", "\"", "\"\"", "W/", "\"a\"b\""]) func `what is no tag is refused`(_ text: String) {
        #expect(ETag(header: text) == nil)
    }

    @Test(arguments: [("*", true), ("\"x\", \"a\"", true), ("W/\"a\"", true), ("\"x\"", false), ("", false)])
    func `If-None-Match compares weakly`(_ header: String, _ expected: Bool) {
        #expect(ETagCondition(header)?.weakContains(ETag("a")) == expected)
    }

    @Test(arguments: [("*", true), ("\"a\"", true), ("W/\"a\"", false), ("\"x\"", false)])
    func `If-Match compares strongly`(_ header: String, _ expected: Bool) {
        #expect(ETagCondition(header)?.strongContains(ETag("a")) == expected)
    }
}
