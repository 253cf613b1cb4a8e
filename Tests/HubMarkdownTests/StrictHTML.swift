// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A reader of HTML that knows only what the hub may put into a page, and complains about everything else.
///
/// It shares nothing with the sanitiser: it reads characters, not bytes, and takes one way of writing a tag only.
struct StrictHTML {
    private(set) var problems: [String] = []
    private(set) var ids: [String] = []
    private var rest: Substring
    private var open: [String] = []

    private static let void: Set<String> = ["br", "hr", "wbr", "img", "source", "input"]
    private static let tags: [String: Set<String>] = [
        "a": ["href", "rel"], "abbr": [], "article": [], "aside": [], "audio": ["controls", "preload", "src"], "b": [],
        "bdi": [], "bdo": [], "blockquote": [], "br": [], "caption": ["align"], "cite": [], "code": [], "dd": [],
        "del": [], "details": ["open"], "dfn": [], "div": ["align"], "dl": [], "dt": [], "em": [], "figcaption": [],
        "figure": [], "footer": [], "h1": ["align"], "h2": ["align"], "h3": ["align"], "h4": ["align"],
        "h5": ["align"], "h6": ["align"], "header": [], "hr": [], "i": [],
        "img": ["src", "alt", "width", "height", "align", "loading"], "input": ["type", "disabled", "checked"],
        "ins": [], "kbd": [], "li": ["value"], "mark": [], "ol": ["start", "reversed", "type"], "p": ["align"],
        "picture": [], "pre": ["data-language"], "q": [], "rp": [], "rt": [], "ruby": [], "s": [], "samp": [],
        "section": [], "small": [], "source": ["src", "srcset", "media", "type"], "span": [], "strike": [],
        "strong": [], "sub": [], "summary": [], "sup": [], "table": ["align", "width"], "tbody": ["align"],
        "td": cell, "tfoot": ["align"], "th": cell, "thead": ["align"], "time": ["datetime"],
        "tr": ["align", "valign"], "tt": [], "u": [], "ul": [], "var": [],
        "video": ["controls", "preload", "src", "poster", "width", "height"], "wbr": [],
        "math": ["display"], "semantics": [], "mrow": [], "mi": ["mathvariant"], "mn": [], "mo": math, "mtext": [],
        "mspace": math, "mfrac": math, "msqrt": [], "mroot": [], "msub": [], "msup": [], "msubsup": [], "munder": [],
        "mover": math, "munderover": [], "mtable": math, "mtr": [], "mtd": math, "mstyle": math, "mpadded": [],
        "annotation": ["encoding"],
    ]
    private static let cell: Set<String> = ["align", "valign", "colspan", "rowspan", "width"]
    private static let math: Set<String> = [
        "stretchy", "width", "linethickness", "accent", "columnalign", "displaystyle", "fence", "minsize", "maxsize",
    ]
    private static let everywhere: Set<String> = ["id", "title", "aria-label", "class", "dir"]
    private static let classes: Set<String> = [
        "anchor", "external-image", "mention", "math", "math math-block", "mermaid-text", "task", "footnotes",
        "footnote-ref", "footnote-backref", "markdown-plain", "markdown-truncated", "hl-k", "hl-s", "hl-c", "hl-n",
        "hl-f", "hl-i", "hl-d",
    ]

    init(_ html: String) {
        rest = html[...]
        while !rest.isEmpty, problems.isEmpty { step() }
        if !open.isEmpty { problems.append("still open: \(open)") }
    }

    private mutating func step() {
        let text = rest.prefix { $0 != "<" }
        words(text)
        rest = rest.dropFirst(text.count)
        guard rest.first == "<" else { return }
        guard let end = rest.firstIndex(of: ">") else {
            return problems.append("a tag without an end: \(rest.prefix(80))")
        }
        let tag = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        if tag.first == "/" {
            guard open.popLast() == String(tag.dropFirst()) else { return problems.append("stray end tag \(tag)") }
        } else {
            start(tag)
        }
    }

    private mutating func words(_ text: Substring) {
        if text.contains(where: { $0 == ">" || $0 == "\0" }) { problems.append("unescaped: \(text)") }
        for part in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
            let name = part.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "#") }
            if name.isEmpty || part.dropFirst(name.count).first != ";" { problems.append("bare ampersand: \(text)") }
        }
    }

    private mutating func start(_ tag: Substring) {
        let name = String(tag.prefix { $0 != " " })
        guard let allowed = Self.tags[name] else { return problems.append("tag \(tag)") }
        var attributes = tag.dropFirst(name.count)
        var seen: Set<String> = []
        while !attributes.isEmpty {
            guard attributes.hasPrefix(" ") else { return problems.append("no space in \(tag)") }
            attributes = attributes.dropFirst()
            let key = String(attributes.prefix { $0 != "=" })
            attributes = attributes.dropFirst(key.count)
            guard attributes.hasPrefix("=\"") else { return problems.append("no quotes in \(tag)") }
            attributes = attributes.dropFirst(2)
            let value = String(attributes.prefix { $0 != "\"" })
            attributes = attributes.dropFirst(value.count)
            guard attributes.hasPrefix("\"") else { return problems.append("no end of a value in \(tag)") }
            attributes = attributes.dropFirst()
            guard allowed.contains(key) || Self.everywhere.contains(key) else {
                return problems.append("attribute \(key) in \(tag)")
            }
            if !seen.insert(key).inserted { problems.append("twice \(key) in \(tag)") }
            check(key, value, in: name)
        }
        if !Self.void.contains(name) { open.append(name) }
    }

    private mutating func check(_ key: String, _ value: String, in tag: String) {
        words(value[...])
        switch key {
        case "href", "src", "poster":
            let isData = tag == "img" && value.hasPrefix("data:image/") && !value.contains("svg")
            let starts = ["/", "#", "https://", "http://", "mailto:"]
            guard isData || starts.contains(where: value.hasPrefix) else { return problems.append("address \(value)") }
            if value.hasPrefix("//") || value.hasPrefix("/\\") { problems.append("host without scheme: \(value)") }
            if tag != "a", !isData, !value.hasPrefix("/") { problems.append("fetched from elsewhere: \(value)") }
            if value.contains(where: { $0.isWhitespace || !$0.isASCII || "<>\\`".contains($0) }) {
                problems.append("not encoded: \(value)")
            }
        case "srcset":
            for part in value.split(separator: ",") where !part.drop(while: { $0 == " " }).hasPrefix("/a") {
                problems.append("candidate \(value)")
            }
        case "class": if !Self.classes.contains(value) { problems.append("class \(value)") }
        case "id":
            if !value.hasPrefix("user-content-") { problems.append("id \(value)") }
            ids.append(value)
        case "rel": if value != "nofollow noopener noreferrer" { problems.append("rel \(value)") }
        case "title", "aria-label", "alt": break
        default:
            if !value.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || " -_:./%+#()".contains($0)) }) {
                problems.append("value of \(key): \(value)")
            }
        }
    }
}
