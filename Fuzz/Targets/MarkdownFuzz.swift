// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubMarkdown

/// Cards and comments: text of any shape gives HTML without scripts, code of any shape too.
extension FuzzTarget {
    static let markdown = FuzzTarget("markdown", run: MarkdownFuzz.run)
}

private enum MarkdownFuzz {
    static let languages = [
        "python", "bash", "console", "json", "yaml", "toml", "swift", "js", "c", "sql", "xml", "diff",
    ]

    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let links = MarkdownLinks(image: "/a/b/resolve/main", file: "/a/b/blob/main", folder: "docs")
        let html = Markdown.html(text, links: links, mentions: { "/\($0.utf8.count)" }).html.lowercased()
        for tag in ["<script", "<iframe", "<svg", "<object", "<style", "<form", "<base", "<meta", "<link"] {
            precondition(!html.contains(tag), tag)
        }
        // Text has its angle brackets escaped, so what lies between two is a tag.
        for part in html.split(separator: "<").dropFirst() {
            let tag = part.prefix { $0 != ">" }
            precondition(tag.count < part.count, "a tag without an end")
            let names = tag.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset.isMultiple(of: 2) }.map(\.element)
            for name in names { precondition(!name.contains(" on") && !name.contains("style="), "\(tag)") }
            for address in ["href=\"javascript:", "src=\"javascript:", "href=\"data:", "src=\"http"] {
                precondition(!tag.contains(address), "\(tag)")
            }
        }
        let language = languages[bytes.count % languages.count]
        _ = CodeHighlighter.html(code: text, language: language)
    }
}
