// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import HubHTTP

@Suite struct PercentCodingTests {
    @Test(arguments: [("a%20b", "a b"), ("refs%2Fpr%2F1", "refs/pr/1"), ("a+b", "a+b"), ("%E2%82%AC", "€"), ("", "")])
    func `a segment is decoded once`(_ raw: String, _ expected: String) throws {
        #expect(try PercentCoding.decodeSegment(raw) == expected)
    }

    @Test(arguments: ["%", "a%2", "%gg", "%00", "%ff%fe", "%C0%AF"])
    func `what is malformed is refused`(_ raw: String) {
        #expect(throws: HubError.self) { try PercentCoding.decodeSegment(raw) }
    }

    @Test(arguments: ["refs/pr/1", "ü &?#", "a-b_c.~"]) func `encoding is undone by decoding`(_ text: String) throws {
        #expect(try PercentCoding.decodeSegment(PercentCoding.encode(text)) == text)
    }
}
