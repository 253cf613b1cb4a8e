// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubMarkdown

@Suite struct GitHubMarkdownTests {
    @Test(arguments: [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"),
        ("a  \nb\\\nc\nd", "<p>a<br>\nb<br>\nc\nd</p>"),
        ("> a\n\n---", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"), ("3) a", "<ol start=\"3\">\n<li>a</li>\n</ol>"),
        ("- a\n  - b", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
        ("    a < b", "<pre><code>a &lt; b\n</code></pre>"), ("```\na & b\n```", "<pre><code>a &amp; b\n</code></pre>"),
        ("&copy; &amp; &lt; \\* \"q\"", "<p>© &amp; &lt; * &quot;q&quot;</p>"),
        ("a & b < c", "<p>a &amp; b &lt; c</p>"),
        ("", ""), ("\u{FEFF}x", "<p>x</p>"), ("a\u{0}b", "<p>a\u{FFFD}b</p>"),
    ])
    func `plain Markdown`(_ text: String, _ expected: String) {
        #expect(html(text) == expected)
    }

    @Test(arguments: [
        (
            "| a | b |\n|:--|--:|\n| `x` | *y* |",
            """
            <table>
            <thead>
            <tr>
            <th align="left">a</th>
            <th align="right">b</th>
            </tr>
            </thead>
            <tbody>
            <tr>
            <td align="left"><code>x</code></td>
            <td align="right"><em>y</em></td>
            </tr>
            </tbody>
            </table>
            """
        ),
        (
            "- [x] a\n- [ ] b",
            """
            <ul>
            <li><input type="checkbox" class="task" disabled="" checked=""> a</li>
            <li><input type="checkbox" class="task" disabled=""> b</li>
            </ul>
            """
        ),
        (
            "www.example.org, a@example.org",
            """
            <p><a href="http://www.example.org" rel="nofollow noopener noreferrer">www.example.org</a>, \
            <a href="mailto:a@example.org" rel="nofollow noopener noreferrer">a@example.org</a></p>
            """
        ),
        (
            "a[^x]\n\n[^x]: b",
            """
            <p>a<sup class="footnote-ref"><a href="#user-content-fn-1" id="user-content-fnref-1">1</a></sup></p>
            <section class="footnotes">
            <ol>
            <li id="user-content-fn-1">
            <p>b <a href="#user-content-fnref-1" aria-label="Back to content" class="footnote-backref">↩</a></p>
            </li>
            </ol>
            </section>
            """
        ),
    ])
    func `GitHub's additions`(_ text: String, _ expected: String) {
        // Versions of the parser name footnotes differently.
        let normal = html(text).replacing("fn-x", with: "fn-1").replacing("fnref-x", with: "fnref-1")
        #expect(normal == expected)
    }

    @Test(arguments: [
        ("<p align=center>a<br/>b</p>", "<p align=\"center\">a<br>b</p>"),
        ("<center>\n\n*a*\n\n</center>", "<div align=\"center\">\n<p><em>a</em></p>\n</div>"),
        (
            "<details open><summary>a</summary>\n\nb\n\n</details>",
            "<details open=\"\"><summary>a</summary>\n<p>b</p>\n</details>"
        ),
        ("H<sub>2</sub>O <kbd>Ctrl</kbd> x<sup>2</sup>", "<p>H<sub>2</sub>O <kbd>Ctrl</kbd> x<sup>2</sup></p>"),
        (
            "<table><tr><td colspan=2 width='50%'>a</td></tr></table>",
            "<table><tr><td colspan=\"2\" width=\"50%\">a</td></tr></table>"
        ),
        (
            "<img src=\"a.png\" width=\"40px\" height=30 alt='x \"y\"'>",
            "<img src=\"/alice/vit/resolve/main/a.png\" alt=\"x &quot;y&quot;\" width=\"40\" height=\"30\" loading=\"lazy\">"
        ),
    ])
    func `HTML of cards`(_ text: String, _ expected: String) {
        #expect(html(text) == expected)
    }

    @Test func `line ends of comments are shown`() {
        #expect(Markdown.html("a\nb", links: .none, hardBreaks: true).html == "<p>a<br>\nb</p>\n")
    }

    @Test func `texts that are rendered at once do not disturb each other`() async {
        let text = String(repeating: "~~a~~ www.example.org\n\n- [x] b\n\n", count: 50)
        let expected = html(text)
        await withTaskGroup(of: String.self) { group in
            for _ in 0..<64 { group.addTask { html(text) } }
            for await result in group { #expect(result == expected) }
        }
    }
}
