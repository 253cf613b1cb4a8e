// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import Testing

@testable import HubMarkdown

@Suite(.serialized) struct BoundsTests {
    /// What parsers and sanitisers are known to take too long for, in so many bytes.
    static let shapes: [(name: String, text: @Sendable (Int) -> String)] = [
        ("brackets", { String(repeating: "[", count: $0) }),
        ("pictures", { String(repeating: "![a](", count: $0 / 5) }),
        ("less than", { String(repeating: "<", count: $0) }), ("tags", { String(repeating: "<a b=\"", count: $0 / 6) }),
        ("elements", { String(repeating: "<b><div>", count: $0 / 8) }),
        ("ends", { "<div>" + String(repeating: "</b>", count: $0 / 4) }),
        ("comments", { String(repeating: "<!--", count: $0 / 4) }),
        ("sections", { String(repeating: "a <![CDATA[", count: $0 / 11) }),
        ("left out", { String(repeating: "<svg>", count: $0 / 5) }),
        ("raw text", { String(repeating: "<style>", count: $0 / 7) }),
        ("code", { "<div>\n" + String(repeating: "<pre><code>a", count: $0 / 12) }),
        ("emphasis", { String(repeating: "*a_ ", count: $0 / 4) }),
        ("backticks", { String(repeating: "a`b``c```", count: $0 / 9) }),
        ("quotations", { String(repeating: ">", count: $0) }),
        (
            "lazy quotations",
            { String(repeating: ">", count: $0 / 2) + "a\n" + String(repeating: "b\n", count: $0 / 4) }
        ),
        ("lists", { String(repeating: "- ", count: $0 / 2) + "a" }),
        ("brackets behind an address", { "http://a.b/" + String(repeating: ")", count: $0) }),
        ("cells", { String(repeating: "|", count: $0 / 2) + "\n" + String(repeating: "-|", count: $0 / 4) }),
        (
            "rows",
            {
                String(repeating: "a|", count: 500) + "\n" + String(repeating: "-|", count: 500) + "\n"
                    + String(repeating: "|\n", count: $0 / 2)
            }
        ),
        (
            "references",
            { "[a]: /" + String(repeating: "x", count: $0 / 2) + "\n\n" + String(repeating: "[a] ", count: $0 / 8) }
        ),
        ("footnotes", { "[^a]: x\n\n" + String(repeating: "[^a]", count: $0 / 4) }),
        ("headings", { String(repeating: "# a\n", count: $0 / 4) }),
        ("dollars", { String(repeating: "$", count: $0) }),
        ("open formulas", { String(repeating: "$a ", count: $0 / 3) }),
        ("open brackets of formulas", { String(repeating: "\\\\( ", count: $0 / 4) }),
        ("formulas", { String(repeating: "$a$ ", count: $0 / 4) }),
        ("braces", { "$" + String(repeating: "{", count: $0) + "$" }),
        ("fractions", { "$" + String(repeating: "\\frac", count: $0 / 5) + "$" }),
        ("names", { String(repeating: "@alice", count: $0 / 6) }),
        ("entities", { String(repeating: "&#0000000", count: $0 / 9) }),
        ("attributes", { "<b " + String(repeating: "a ", count: $0 / 2) + ">" }),
        ("pictures of this hub", { String(repeating: "![](a)", count: $0 / 6) }),
        ("strings", { "```python\n" + String(repeating: "'''\"", count: $0 / 4) }),
        ("words", { "```c\n" + String(repeating: "1 f( ", count: $0 / 5) }),
        ("tags of code", { "```xml\n" + String(repeating: "<a b='", count: $0 / 6) }),
        ("comments of code", { "```xml\n" + String(repeating: "<!-- ", count: $0 / 5) }),
    ]

    /// Of this thread's processor time, so that other work on the machine does not count.
    private func seconds(_ text: String) -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        _ = render(text)
        return now() - start
    }

    @Test(arguments: shapes.indices)
    func `four times the text takes about four times the time`(_ index: Int) {
        let shape = Self.shapes[index]
        let small = 25_000
        // The lesser of two, since what else happens only adds.
        let first = (0..<2).map { _ in seconds(shape.text(small)) }.min() ?? 0
        let second = (0..<2).map { _ in seconds(shape.text(4 * small)) }.min() ?? 0
        // Sixteen times the time would be quadratic. Short times are mostly noise, and the parser's budget is one.
        #expect(second < 9 * first + 0.15, "\(shape.name): \(first) s, then \(second) s")
    }

    @Test(arguments: shapes.indices)
    func `what comes of it is safe and bounded`(_ index: Int) {
        let rendered = render(Self.shapes[index].text(30_000)).html
        #expect(StrictHTML(rendered).problems.isEmpty)
    }

    @Test func `a text beyond the limit is shown as it is`() {
        let text = "*a* <b>" + String(repeating: "x", count: Markdown.maximumBytes)
        let rendered = render(text)
        #expect(rendered.html.hasPrefix("<pre class=\"markdown-plain\">*a* &lt;b&gt;xxx"))
        #expect(rendered.headings.isEmpty)
    }

    @Test func `output ends at a limit, balanced`() {
        let text = "<div>\n" + String(repeating: "<img src=a>", count: 180_000)
        let rendered = render(text, folder: String(repeating: "folder", count: 10)).html
        #expect(rendered.utf8.count < Sanitizer.maximumOutput + 1000)
        #expect(
            rendered.hasSuffix(
                "</div>\n<p class=\"markdown-truncated\">The rest of this text is too long to be shown.</p>\n"
            )
        )
    }

    @Test func `the parser gives up within its budget`() {
        #expect(
            CommonMark.html(
                Array(
                    "[a]: /\(String(repeating: "x", count: 100_000))\n\n\(String(repeating: "[a] ", count: 20_000))"
                        .utf8
                ),
                hardBreaks: false
            ) == nil
        )
        #expect(CommonMark.html(Array("*a*".utf8), hardBreaks: false) == Array("<p><em>a</em></p>\n".utf8))
    }
}
