// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import HubApp

@Suite struct CommentMarkupTests {
    @Test(arguments: [
        ("@alice and @Bob-2.", ["alice", "Bob-2"]), ("write to me@example.org", []), ("(@alice), @ALICE!", ["alice"]),
        ("@", []), ("@@alice", ["alice"]), ("ends @alice-", ["alice"]), ("@-x", []),
        ("`@alice` [@bob](https://example.org) **@carol**", ["carol"]), ("```\n@alice\n```", []),
    ])
    func `names behind an at sign`(_ text: String, _ names: [String]) {
        #expect(CommentMarkup.mentions(in: text).map(\.text) == names)
    }

    @Test func `Markdown and names become HTML, lines stay lines`() {
        let html = CommentMarkup.html("**@alice** & @bob\n`x`", mentioned: ["alice"], id: "comment-7")
        #expect(
            html == """
                <p><strong><a class="mention" href="/alice">@alice</a></strong> &amp; @bob<br>
                <code>x</code></p>

                """
        )
    }

    @Test func `scripts and pictures from elsewhere do not come through`() {
        let html = CommentMarkup.html(
            "<script>alert(1)</script><b onclick=alert(1)>x</b>\n\n![y](https://example.org/y.png)",
            mentioned: [],
            id: "n"
        )
        #expect(!html.contains("script") && !html.contains("onclick") && !html.contains("<img"))
        #expect(html.contains("<b>x</b>") && html.contains("href=\"https://example.org/y.png\""))
    }

    @Test func `ids of one comment are not those of another`() {
        let first = CommentMarkup.html("# Title", mentioned: [], id: "comment-1")
        #expect(first.contains("id=\"user-content-comment-1-title\""))
    }
}
