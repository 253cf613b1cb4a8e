// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import Testing

@testable import HubMarkdown

/// `Fixtures/markdown/xss.txt` in every place where a text may hold markup.
@Suite struct CorpusTests {
    static let vectors: [String] = {
        // Two folders below the package.
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = package.appending(path: "Fixtures/markdown/xss.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { unescaped(String($0)) }
    }()

    /// The bytes behind `\n`, `\r`, `\t`, `\xHH` and `\uHHHH`; any other backslash is one.
    static func unescaped(_ line: String) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(line)
        while let first = rest.popFirst() {
            guard first == "\\", let kind = rest.first else {
                bytes.append(contentsOf: String(first).utf8)
                continue
            }
            switch kind {
            case "n", "r", "t":
                bytes.append(kind == "n" ? 10 : kind == "r" ? 13 : 9)
                rest = rest.dropFirst()
            case "x":
                guard let byte = UInt8(rest.dropFirst().prefix(2), radix: 16) else { fallthrough }
                bytes.append(byte)
                rest = rest.dropFirst(3)
            case "u":
                guard let code = UInt32(rest.dropFirst().prefix(4), radix: 16), let scalar = Unicode.Scalar(code) else {
                    fallthrough
                }
                bytes.append(contentsOf: String(Character(scalar)).utf8)
                rest = rest.dropFirst(5)
            default: bytes.append(UInt8(ascii: "\\"))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `the corpus is there`() {
        #expect(Self.vectors.count > 400)
    }

    @Test(arguments: [
        ("on its own", "", ""), ("within a paragraph", "Some text ", " and more."),
        ("as a block", "<div>\n", "\n</div>"),
        ("in a list", "- one\n- ", "\n- three"), ("in a quotation", "> ", "\n> y"), ("in a heading", "## A ", ""),
        ("in a table", "| a |\n|---|\n| ", " |"), ("in emphasis", "**b _i ", "_ b**"), ("in a link", "[x ", "](y)"),
        ("in a picture", "![x ", "](y.png)"), ("in an address", "[x](", ")"), ("in a title", "[x](y \"", "\")"),
        ("in a footnote", "x[^1]\n\n[^1]: ", ""), ("in code", "```html\n", "\n```"), ("in a formula", "$", "$"),
        ("in an attribute", "<b title=\"", "\">x</b>"), ("in an unquoted one", "<a href=", ">x</a>"),
        ("in a tag", "<img src=x ", ">"), ("in a table of its own", "<table><tr><td>", "</table>"),
        ("in a comment", "<!-- ", " --> x"), ("in what is left out", "<svg><form>", "</form></svg> x"),
        ("twice", "<p>", "</p><p><a><b><i>"),
    ])
    func `nothing of the corpus comes through`(_ place: String, _ before: String, _ after: String) {
        for vector in Self.vectors {
            let strict = StrictHTML(render(before + vector + after).html)
            #expect(strict.problems.isEmpty, "\(place): \(vector)")
        }
    }

    @Test func `nor when the parser is left out`() {
        for vector in Self.vectors {
            let links = MarkdownLinks(image: "/alice/vit/resolve/main", file: nil, folder: "a b/ü")
            var sanitizer = Sanitizer(
                html: Array(vector.utf8),
                links: links,
                idPrefix: "user-content-",
                math: MathSpans(),
                mentions: nil
            )
            #expect(StrictHTML(sanitizer.run().html).problems.isEmpty, "\(vector)")
        }
    }

    @Test func `nor in pieces that are cut anywhere and put together`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<400 {
            var text = ""
            for _ in 0..<6 {
                let vector = Self.vectors.randomElement(using: &random) ?? ""
                text += vector.unicodeScalars.prefix(Int.random(in: 0...60, using: &random)).map(String.init).joined()
            }
            #expect(StrictHTML(render(text).html).problems.isEmpty, "\(text.debugDescription)")
        }
    }

    /// The checker itself must be able to fail.
    @Test(arguments: [
        "<script>", "<b onclick=\"x\">a</b>", "<b>", "</b>", "<a href=\"javascript:x\">a</a>", "<img src=\"//x\">",
        "<b id=\"x\"></b>",
        "<b title='x'></b>", "a & b", "<img src=\"https://x\" alt=\"\">", "<p style=\"\"></p>", "<b><i></b></i>", "<b",
    ])
    func `the checker complains`(_ html: String) {
        #expect(!StrictHTML(html).problems.isEmpty)
    }
}
