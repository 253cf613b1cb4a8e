// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Takes HTML of any kind and writes HTML that can do no harm: of the elements and attributes listed in `Elements`,
/// always balanced, every value decoded and written anew.
///
/// Nothing of the source is copied but the letters of text; so what a browser and this reader would understand
/// differently cannot reach a page.
struct Sanitizer {
    /// Elements within elements; a start tag beyond is passed over.
    static let maximumDepth = 100

    /// The longest output in bytes, give or take one piece of text.
    static let maximumOutput = 8 << 20

    struct Open {
        /// As in the source.
        let name: String
        /// As in the output.
        let written: String
    }

    var tokens: HTMLTokenizer
    let addresses: Addresses
    let idPrefix: String
    var math: MathSpans
    let mentions: ((String) -> String?)?

    var out = HTMLOutput(limit: Sanitizer.maximumOutput)
    var stack: [Open] = []
    /// How many of the open elements show their text as it is: no names, no formulas.
    var verbatim = 0
    var links = 0
    var heading: OpenHeading?
    var headings: [RenderedMarkdown.Heading] = []
    var slugs: Slugs
    /// Where the last end tag of an element begins, by name; -1 for none.
    var lastEnds: [String: Int] = [:]

    init(
        html: [UInt8],
        links: MarkdownLinks,
        idPrefix: String,
        math: MathSpans,
        mentions: ((String) -> String?)?
    ) {
        tokens = HTMLTokenizer(html)
        addresses = Addresses(links: links, idPrefix: idPrefix)
        self.idPrefix = idPrefix
        self.math = math
        self.mentions = mentions
        slugs = Slugs(prefix: idPrefix)
    }

    mutating func run() -> RenderedMarkdown {
        while !out.isFull, let token = tokens.next() {
            switch token {
            case .text(let text): self.text(text)
            case .start(let name, let attributes): start(name, attributes)
            case .end(let name): end(name)
            }
        }
        close(downTo: 0)
        if out.isFull {
            out.raw("\n<p class=\"markdown-truncated\">The rest of this text is too long to be shown.</p>\n")
        }
        return RenderedMarkdown(html: out.string(), headings: headings)
    }

    private mutating func start(_ name: String, _ attributes: HTMLAttributes) {
        if Elements.rawText.contains(name) { return tokens.skipRawText(of: name) }
        if Elements.dropped.contains(name) { return skipElement(name) }
        switch name {
        case "img": image(attributes)
        case "input": checkbox(attributes)
        case "a": anchor(attributes)
        case "pre": preformatted(attributes)
        case "center": open(name, as: "div", fixed: " align=\"center\"", attributes)
        case "audio", "video": media(name, attributes)
        case "source": source(attributes)
        case "h1", "h2", "h3", "h4", "h5", "h6": startHeading(name, attributes)
        default: open(name, as: name, attributes)
        }
    }

    /// - Parameter fixed: attributes as they are written.
    mutating func open(_ name: String, as written: String, fixed: String = "", _ attributes: HTMLAttributes) {
        guard let allowed = Elements.attributes(of: written), prepare(for: name) else { return }
        out.raw("<\(written)\(fixed)")
        write(attributes, allowed: allowed)
        out.raw(">")
        if !Elements.void.contains(written) { push(name, as: written) }
    }

    mutating func push(_ name: String, as written: String) {
        stack.append(Open(name: name, written: written))
        if ["code", "pre", "kbd", "samp", "tt"].contains(name) { verbatim += 1 }
        if name == "a" { links += 1 }
    }

    /// Ends what the element ends. False if it cannot stand here.
    mutating func prepare(for name: String) -> Bool {
        if let parents = Elements.parents[name] {
            guard let parent = stack.lastIndex(where: { parents.contains($0.name) }) else { return false }
            if let ends = Elements.ends[name],
                let first = stack[(parent + 1)...].firstIndex(where: { ends.contains($0.name) })
            {
                close(downTo: first)
            }
        } else if Elements.blocks[name] != nil || name == "center", let paragraph = index(of: "p") {
            close(downTo: paragraph)
        }
        return stack.count < Self.maximumDepth
    }

    private mutating func end(_ name: String) {
        // Parts of tables look through the cells that they hold.
        let isPart = name == "table" || Elements.tableParts[name] != nil
        let found = isPart ? stack.lastIndex { $0.name == name || $0.name == "table" } : index(of: name)
        guard let found, stack[found].name == name else { return }
        close(downTo: found)
    }

    /// The innermost open element of that name, not looking out of a table's cell.
    func index(of name: String) -> Int? {
        let found = stack.lastIndex { $0.name == name || Elements.scopes.contains($0.name) }
        return found.flatMap { stack[$0].name == name ? $0 : nil }
    }

    mutating func close(downTo depth: Int) {
        while stack.count > depth, let last = stack.popLast() {
            if heading?.depth == stack.count { endHeading() }
            out.raw("</\(last.written)>")
            if ["code", "pre", "kbd", "samp", "tt"].contains(last.name) { verbatim -= 1 }
            if last.name == "a" { links -= 1 }
        }
    }

    /// Passes over an element with all that is in it, its like included. One that is never ended is only a tag.
    private mutating func skipElement(_ name: String) {
        guard lastEnd(of: name) >= tokens.index else { return }
        var depth = 1
        while depth > 0, let token = tokens.next() {
            switch token {
            case .start(name, _): depth += 1
            case .end(name): depth -= 1
            default: break
            }
        }
    }

    private mutating func lastEnd(of name: String) -> Int {
        if let known = lastEnds[name] { return known }
        let last = tokens.bytes.indices.last { tokens.isEndTag(of: name, at: $0) } ?? -1
        lastEnds[name] = last
        return last
    }
}
