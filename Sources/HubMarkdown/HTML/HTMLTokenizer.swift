// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Reads HTML as leniently as a browser does and never goes back: every byte is looked at a bounded number of times.
///
/// Comments, declarations and processing instructions are passed over.
struct HTMLTokenizer {
    enum Token {
        /// As it stands in the source, with its entities.
        case text(ArraySlice<UInt8>)
        case start(name: String, attributes: HTMLAttributes)
        case end(name: String)
    }

    /// Names longer than this belong to no element that is known here.
    static let maximumName = 32

    let bytes: [UInt8]
    var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func byte(_ offset: Int = 0) -> UInt8? {
        index + offset < bytes.count ? bytes[index + offset] : nil
    }

    mutating func next() -> Token? {
        while index < bytes.count {
            guard byte() == UInt8(ascii: "<"), let second = byte(1) else { return text() }
            if second.isASCIILetter {
                if let token = startTag() { return token }
            } else if second == UInt8(ascii: "/"), let third = byte(2), third != UInt8(ascii: "<") {
                index += 2
                guard third.isASCIILetter else {
                    skip(behind: [UInt8(ascii: ">")])
                    continue
                }
                let name = tagName()
                // A browser passes over the attributes of an end tag, quotes included.
                guard attributes() != nil else { continue }
                return .end(name: name)
            } else if second == UInt8(ascii: "!") {
                declaration()
            } else if second == UInt8(ascii: "?") {
                skip(behind: [UInt8(ascii: ">")])
            } else {
                return text()
            }
        }
        return nil
    }

    /// Up to the next byte that may begin a tag; takes at least one.
    private mutating func text() -> Token {
        let start = index
        index += 1
        while let here = byte() {
            if here == UInt8(ascii: "<"), let second = byte(1),
                second.isASCIILetter || [0x2F, 0x21, 0x3F].contains(second)
            {
                break
            }
            index += 1
        }
        return .text(bytes[start..<index])
    }

    private mutating func startTag() -> Token? {
        index += 1
        let name = tagName()
        // A tag that the text ends in is none, and all behind its "<" belongs to it.
        guard let attributes = attributes() else { return nil }
        return .start(name: name, attributes: attributes)
    }

    private mutating func tagName() -> String {
        let start = index
        while let here = byte(), !here.isHTMLSpace, here != UInt8(ascii: "/"), here != UInt8(ascii: ">") { index += 1 }
        guard index - start <= Self.maximumName else { return "" }
        return String(decoding: bytes[start..<index].map(\.asciiLowercased), as: UTF8.self)
    }

    /// What stands between a tag's name and its ">", which is taken too; nil if the text ends before.
    private mutating func attributes() -> HTMLAttributes? {
        var attributes = HTMLAttributes()
        while let here = byte() {
            if here == UInt8(ascii: ">") {
                index += 1
                return attributes
            }
            if here.isHTMLSpace || here == UInt8(ascii: "/") {
                index += 1
                continue
            }
            guard attribute(into: &attributes) else { return nil }
        }
        return nil
    }

    private mutating func attribute(into attributes: inout HTMLAttributes) -> Bool {
        let start = index
        // A name may begin with "=", as browsers have it.
        index += 1
        while let here = byte(), !here.isHTMLSpace, ![0x2F, 0x3D, 0x3E].contains(here) { index += 1 }
        let name = bytes[start..<index]
        while let here = byte(), here.isHTMLSpace { index += 1 }
        guard byte() == UInt8(ascii: "=") else {
            attributes.add(name, value: [])
            return true
        }
        index += 1
        while let here = byte(), here.isHTMLSpace { index += 1 }
        guard let first = byte() else { return false }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            index += 1
            let begin = index
            while let here = byte(), here != first { index += 1 }
            guard byte() == first else { return false }
            attributes.add(name, value: bytes[begin..<index])
            index += 1
        } else {
            let begin = index
            while let here = byte(), !here.isHTMLSpace, here != UInt8(ascii: ">") { index += 1 }
            attributes.add(name, value: bytes[begin..<index])
        }
        return true
    }

    private mutating func declaration() {
        if bytes[index...].starts(with: Array("<!--".utf8)) {
            index += 4
            // "<!-->" and "<!--->" are whole comments.
            if byte() == UInt8(ascii: ">") {
                index += 1
            } else if byte() == UInt8(ascii: "-"), byte(1) == UInt8(ascii: ">") {
                index += 2
            } else {
                skipComment()
            }
        } else if bytes[index...].starts(with: Array("<![CDATA[".utf8)) {
            skip(behind: Array("]]>".utf8))
        } else {
            skip(behind: [UInt8(ascii: ">")])
        }
    }

    private mutating func skipComment() {
        while index < bytes.count {
            if byte() == UInt8(ascii: "-"), byte(1) == UInt8(ascii: "-") {
                if byte(2) == UInt8(ascii: ">") {
                    index += 3
                    return
                }
                if byte(2) == UInt8(ascii: "!"), byte(3) == UInt8(ascii: ">") {
                    index += 4
                    return
                }
            }
            index += 1
        }
    }

    private mutating func skip(behind end: [UInt8]) {
        while index < bytes.count {
            if bytes[index...].starts(with: end) {
                index += end.count
                return
            }
            index += 1
        }
    }

    /// Passes over what is no markup for a browser, up to and with the end tag of that name, or to the end.
    mutating func skipRawText(of name: String) {
        while index < bytes.count {
            if isEndTag(of: name, at: index) {
                index += 2
                _ = tagName()
                _ = attributes()
                return
            }
            index += 1
        }
    }

    /// Whether an end tag of that name begins there.
    func isEndTag(of name: String, at start: Int) -> Bool {
        let name = name.utf8
        let end = start + 2 + name.count
        guard end <= bytes.count, bytes[start] == UInt8(ascii: "<"), bytes[start + 1] == UInt8(ascii: "/"),
            zip(bytes[(start + 2)..<end], name).allSatisfy({ $0.asciiLowercased == $1 })
        else { return false }
        return end < bytes.count && (bytes[end].isHTMLSpace || [0x2F, 0x3E].contains(bytes[end]))
    }
}
