// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import HubApp

@Suite struct CommentMarkupTests {
    @Test(arguments: [
        ("@alice and @Bob-2.", ["alice", "Bob-2"]), ("write to me@example.org", []), ("(@alice), @ALICE!", ["alice"]),
        ("@", []), ("@@alice", ["alice"]), ("ends @alice-", ["alice"]), ("@-x", []),
    ])
    func `names behind an at sign`(_ text: String, _ names: [String]) {
        #expect(CommentMarkup.mentions(in: text).map(\.text) == names)
    }

    @Test func `what could be markup is text`() {
        let html = CommentMarkup.html("<b>@alice</b> & @bob\n\"x\"", mentioned: ["alice"])
        #expect(
            html == "<p>&lt;b&gt;<a href=\"/alice\">@alice</a>&lt;/b&gt; &amp; @bob<br>\n&quot;x&quot;</p>"
        )
    }
}
