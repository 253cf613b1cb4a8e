// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubMarkdown

@Suite struct MathTests {
    /// The formulas of a text, as TeX.
    private func formulas(_ text: String) -> [String] {
        var (_, math) = MathSpans.take(from: Array(text.utf8))
        var found: [String] = []
        while let formula = math.use(found.count) {
            let tex = String(decoding: formula.tex, as: UTF8.self)
            found.append(formula.isBlock ? "block \(tex)" : tex)
        }
        return found
    }

    @Test(arguments: [
        ("a $x_1$ b $y$.", ["x_1", "y"]), ("$$x$$", ["block x"]), ("$$\nx\ny\n$$", ["block \nx\ny\n"]),
        (#"\\(x\\) \\[y\\]"#, ["x", "block y"]),
        ("costs $5 and $6", []), ("$ x$", []), ("$x $", []), ("$x$5", []), ("US$5 to US$6$", []), (#"\$x$"#, []),
        ("$x", []), ("$$", []),
        ("`$x$` $y$", ["y"]), ("`` $x$ ` `` $y$", ["y"]), ("` $x$", ["x"]), ("```\n$x$\n```\n$y$", ["y"]),
        ("~~~ a\n$x$\n\n$z$\n~~~~\n$y$", ["y"]),
        ("$x\n\ny$", []), ("$x\ny$", ["x\ny"]), ("> $$\n> x\n> $$", ["block \nx\n"]), ("|$|a|$|", ["|a|"]),
        ("https://example.org/$x$", []),
        (#"\(x\)"#, []), (#"$\$x$"#, [#"\$x"#]), ("$$ $$", []), ("日$x$", ["x"]),
    ])
    func `what is a formula`(_ text: String, _ expected: [String]) {
        #expect(formulas(text) == expected)
    }

    @Test(arguments: [
        ("    $x$ <", "<pre><code>$x$ &lt;\n</code></pre>"), ("<pre>$x$</pre>", "<pre>$x$</pre>"),
        ("[a](b$c$d)", "<p><a href=\"/alice/vit/blob/main/b$c$d\">a</a></p>".replacing("$", with: "%24")),
        ("[a]($c&d$)", "<p><a href=\"/alice/vit/blob/main/%24c%26d%24\">a</a></p>"),
        ("![$a<$](b.png)", "<p><img src=\"/alice/vit/resolve/main/b.png\" alt=\"$a&lt;$\" loading=\"lazy\"></p>"),
    ])
    func `where no formula can be, its source is`(_ text: String, _ expected: String) {
        #expect(html(text) == expected)
    }

    @Test func `a forged mark multiplies nothing`() {
        let rendered = html("$xyz$ &#xFDD0;0&#xFDD1; &#xFDD0;0&#xFDD1;")
        #expect(rendered.split(separator: "xyz").count == html("$xyz$").split(separator: "xyz").count)
        #expect(rendered.hasSuffix("\u{FFFD} \u{FFFD}</p>"))
        let bytes = Array("a".utf8) + MathSpans.opening + Array("0".utf8) + MathSpans.closing + Array(" $b$".utf8)
        #expect(html(String(decoding: bytes, as: UTF8.self)).hasPrefix("<p>a\u{FFFD}0\u{FFFD} <"))
    }
}
