// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubHTTP

@Suite struct DelimitedTextTests {
    @Test("quotes hold separators, line ends and quotes")
    func quotes() {
        let rows = DelimitedText.rows("a,\"b,\"\"c\"\"\nd\",\r\n,e\n", separator: ",", limit: 10)
        #expect(rows == [["a", "b,\"c\"\nd", ""], ["", "e"]])
    }

    @Test("a last line needs no end, and no more rows than wanted are read")
    func ends() {
        #expect(DelimitedText.rows("a\tb\nc\td", separator: "\t", limit: 10) == [["a", "b"], ["c", "d"]])
        #expect(DelimitedText.rows("a\nb\nc\n", separator: ",", limit: 2) == [["a"], ["b"]])
        #expect(DelimitedText.rows("", separator: ",", limit: 2).isEmpty)
        #expect(DelimitedText.rows("\"never closed\n", separator: ",", limit: 2) == [["never closed\n"]])
    }
}
