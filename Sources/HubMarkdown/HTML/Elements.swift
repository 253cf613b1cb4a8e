// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What elements there are in the output, and what becomes of the others.
enum Elements {
    /// Attributes, beside those that every element may have (`Sanitizer.common`).
    typealias Attributes = Set<String>

    /// Elements that end where they begin.
    static let void: Set<String> = ["br", "hr", "wbr", "img", "source"]

    static let blocks: [String: Attributes] = [
        "p": ["align"], "div": ["align"], "blockquote": [], "pre": [], "section": [], "article": [], "aside": [],
        "header": [], "footer": [], "figure": [], "figcaption": [], "details": ["open"], "summary": [],
        "ul": [], "ol": ["start", "reversed", "type"], "li": ["value"], "dl": [], "dt": [], "dd": [],
        "h1": ["align"], "h2": ["align"], "h3": ["align"], "h4": ["align"], "h5": ["align"], "h6": ["align"],
        "hr": [], "table": ["align", "width"],
    ]

    static let tableParts: [String: Attributes] = [
        "caption": ["align"], "thead": ["align"], "tbody": ["align"], "tfoot": ["align"], "tr": ["align", "valign"],
        "td": cell, "th": cell,
    ]

    static let inlines: [String: Attributes] = [
        "a": [], "abbr": [], "b": [], "bdi": [], "bdo": [], "br": [], "cite": [], "code": [], "del": [], "dfn": [],
        "em": [], "i": [], "img": ["align"], "ins": [], "kbd": [], "mark": [], "picture": [], "q": [], "rp": [],
        "rt": [], "ruby": [], "s": [], "samp": [], "small": [], "span": [], "strike": [], "strong": [], "sub": [],
        "sup": [], "time": ["datetime"], "tt": [], "u": [], "var": [], "wbr": [], "source": [],
        "audio": [], "video": ["width", "height"],
    ]

    private static let cell: Attributes = ["align", "valign", "colspan", "rowspan", "width"]

    /// Nil for an element that is not shown, whose words stay.
    static func attributes(of name: String) -> Attributes? {
        blocks[name] ?? inlines[name] ?? tableParts[name]
    }

    /// Elements whose content is no markup for a browser, so that it ends at the first end tag of that name.
    static let rawText: Set<String> = [
        "script", "style", "iframe", "noembed", "noframes", "noscript", "textarea", "title", "xmp", "plaintext",
    ]

    /// Elements that are left out with all that is in them.
    static let dropped: Set<String> = [
        "object", "applet", "svg", "math", "form", "select", "button", "template", "dialog", "canvas", "frameset",
        "map",
    ]

    /// What ends the search for an open element: a table's cell is a world of its own.
    static let scopes: Set<String> = ["table", "td", "th", "caption"]

    /// Parts that a browser would give to the page's own list or table if the text has opened none.
    static let parents: [String: Set<String>] = [
        "li": ["ul", "ol"], "dt": ["dl"], "dd": ["dl"], "caption": ["table"], "thead": ["table"], "tbody": ["table"],
        "tfoot": ["table"], "tr": ["table"], "td": ["table"], "th": ["table"], "source": ["picture", "audio", "video"],
        "rp": ["ruby"], "rt": ["ruby"], "summary": ["details"], "figcaption": ["figure"],
    ]

    /// What an element ends that is still open within the same parent.
    static let ends: [String: Set<String>] = [
        "li": ["li"], "dt": ["dt", "dd"], "dd": ["dt", "dd"], "rt": ["rt", "rp"], "rp": ["rt", "rp"],
        "td": ["td", "th", "caption"], "th": ["td", "th", "caption"], "tr": ["td", "th", "caption", "tr"],
        "thead": parts, "tbody": parts, "tfoot": parts, "caption": parts,
    ]

    private static let parts: Set<String> = ["td", "th", "caption", "tr", "thead", "tbody", "tfoot"]

    /// Classes that the parser gives, and that the style sheet of pages knows.
    static let classes: Set<String> = ["footnotes", "footnote-ref", "footnote-backref"]
}
