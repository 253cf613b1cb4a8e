// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubMarkdown

@Suite struct HeadingTests {
    @Test(arguments: [
        ("Hello World", "hello-world"), ("What's *this*? (v2.0)", "whats-this-v20"), ("a_b-c  d", "a_b-c--d"),
        ("Über 日本語", "über-日本語"),
        ("🚀 Start", "-start"), ("C++ & C#", "c--c"), ("!", ""),
    ])
    func `GitHub's names of headings`(_ text: String, _ slug: String) {
        #expect(Slugs.slug(text.replacing("*", with: "")) == slug)
    }

    @Test func `a table of contents`() {
        let headings = render("# A `b` <b>c</b> &amp; $x$\n## A\n### A\n\nA\n=\n\n###### A-1").headings
        #expect(headings.map(\.level) == [1, 2, 3, 1, 6])
        #expect(headings.map(\.text) == ["A b c & $x$", "A", "A", "A", "A-1"])
        #expect(
            headings.map(\.id) == ["a-b-c--x", "a", "a-1", "a-2", "a-1-1"].map { "user-content-\($0)" }
        )
    }

    @Test(arguments: [
        (
            "## A *b*",
            "<h2 id=\"user-content-a-b\"><a class=\"anchor\" href=\"#user-content-a-b\" aria-label=\"Link to this section\"></a>A <em>b</em></h2>"
        ),
        (
            "<h3 align=center id=z onclick=x>ü</h3>",
            "<h3 id=\"user-content-ü\" align=\"center\"><a class=\"anchor\" href=\"#user-content-%C3%BC\" aria-label=\"Link to this section\"></a>ü</h3>"
        ),
        (
            "<h1>a</h2></div>",
            "<h1 id=\"user-content-a\"><a class=\"anchor\" href=\"#user-content-a\" aria-label=\"Link to this section\"></a>a\n</h1>"
        ),
    ])
    func `a heading with its anchor`(_ text: String, _ expected: String) {
        #expect(html(text) == expected)
    }

    @Test func `names are links outside of code, links and words`() {
        let text = "@alice, (@alice) @bob a@alice `@alice` [@alice](/x) **@alice**."
        #expect(
            html(text)
                == """
                <p><a class="mention" href="/alice">@alice</a>, (<a class="mention" href="/alice">@alice</a>) @bob a@alice \
                <code>@alice</code> <a href="/x">@alice</a> <strong><a class="mention" href="/alice">@alice</a></strong>.</p>
                """
        )
    }
}
