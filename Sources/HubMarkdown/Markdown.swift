// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What people write, as HTML that is safe in a page of the hub: cards, comments, notes.
///
/// GitHub's Markdown with raw HTML goes through `libcmark-gfm`, and all that comes out of it through one sanitiser.
/// A card's YAML front matter is no part of the text: the caller takes it away first.
public enum Markdown {
    /// Longer texts, in bytes of UTF-8, are shown as they are.
    public static let maximumBytes = 2 << 20

    /// Memory and processor time that a text of so many bytes may take in the parser before it is shown as it is: some
    /// ten times of what ordinary text takes. So a hostile one costs no more than a long one, and one second at most.
    static func budget(bytes: Int) -> (memory: Int, milliseconds: UInt32) {
        (min(32 << 20 + bytes * 256, 256 << 20), UInt32(clamping: 50 + bytes / 2048))
    }

    /// - Parameters:
    ///   - text: Markdown without front matter.
    ///   - links: where relative addresses lead.
    ///   - idPrefix: what every id begins with, so that none can shadow one of the page's; several texts in one page
    ///     need one each.
    ///   - hardBreaks: whether a line's end within a paragraph is shown, as it is in comments.
    ///   - mentions: the address of the account behind `@name`, for names outside of code and links; nil leaves the name
    ///     text. Without this nothing is taken for a mention.
    public static func html(
        _ text: String,
        links: MarkdownLinks,
        idPrefix: String = "user-content-",
        hardBreaks: Bool = false,
        mentions: ((String) -> String?)? = nil
    ) -> RenderedMarkdown {
        let bytes = Array(text.utf8)
        guard bytes.count <= maximumBytes, !HostileShape.isIn(bytes) else { return plain(bytes) }
        let (prepared, math) = MathSpans.take(from: bytes)
        guard let html = CommonMark.html(prepared, hardBreaks: hardBreaks) else { return plain(bytes) }
        var sanitizer = Sanitizer(html: html, links: links, idPrefix: idPrefix, math: math, mentions: mentions)
        return sanitizer.run()
    }

    /// The text as it is, for what cannot be rendered in bounds.
    private static func plain(_ bytes: [UInt8]) -> RenderedMarkdown {
        var out = HTMLOutput(limit: .max)
        out.raw("<pre class=\"markdown-plain\">")
        out.escaped(bytes[...])
        out.raw("</pre>\n")
        return RenderedMarkdown(html: out.string(), headings: [])
    }
}
