// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A heading whose end has not come yet, so that its id is not known.
struct OpenHeading {
    let level: Int
    /// How many elements are open around it.
    let depth: Int
    /// Where its start tag goes.
    let place: Int
    let attributes: HTMLAttributes
    var text: [UInt8] = []
}

extension Sanitizer {
    mutating func startHeading(_ name: String, _ attributes: HTMLAttributes) {
        // A heading in a heading ends it.
        if let heading { close(downTo: heading.depth) }
        guard prepare(for: name), let level = name.last?.wholeNumberValue else { return }
        heading = OpenHeading(level: level, depth: stack.count, place: out.reserve(), attributes: attributes)
        push(name, as: name)
    }

    mutating func endHeading() {
        guard let heading else { return }
        self.heading = nil
        let text = String(decoding: heading.text, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        let id = slugs.id(for: text)
        var tag = HTMLOutput(limit: .max)
        tag.raw("<h\(heading.level)")
        tag.attribute("id", id.utf8)
        if let align = heading.attributes["align"], let align = checked("align", align) {
            tag.raw(" align=\"\(align)\"")
        }
        // Within a link of the text's own there can be no other.
        if links == 0 {
            tag.raw("><a class=\"anchor\"")
            tag.attribute("href", ("#" + Addresses.encoded(fragment: id)).utf8)
            tag.raw(" aria-label=\"Link to this section\"></a>")
        } else {
            tag.raw(">")
        }
        out.fill(heading.place, with: tag)
        headings.append(RenderedMarkdown.Heading(level: heading.level, id: id, text: text))
    }
}
