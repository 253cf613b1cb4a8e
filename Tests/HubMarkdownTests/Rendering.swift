// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

@testable import HubMarkdown

/// The card of a repo, as tests render it.
func render(_ text: String, folder: String = "") -> RenderedMarkdown {
    Markdown.html(
        text,
        links: MarkdownLinks(image: "/alice/vit/resolve/main", file: "/alice/vit/blob/main", folder: folder),
        mentions: { $0 == "alice" ? "/alice" : nil }
    )
}

/// Without the line ends around it.
func html(_ text: String, folder: String = "") -> String {
    let html = render(text, folder: folder).html
    return String(html.drop(while: \.isNewline).reversed().drop(while: \.isNewline).reversed())
}
