// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension Sanitizer {
    /// Text with its character references, the marks of formulas and the names of accounts.
    mutating func text(_ bytes: ArraySlice<UInt8>) {
        var index = bytes.startIndex
        var start = index
        func isNameByte(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isASCIIDigit || "-._".utf8.contains(byte) }
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "@"), mentions != nil, verbatim == 0, links == 0,
                index == bytes.startIndex || !isNameByte(bytes[index - 1])
            {
                var end = index + 1
                while end < bytes.endIndex, isNameByte(bytes[end]) { end += 1 }
                let next = end
                // A full stop or dash behind a name ends the sentence, not the name.
                while end > index + 1, "-._".utf8.contains(bytes[end - 1]) { end -= 1 }
                let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
                if !name.isEmpty, name.utf8.count <= 100, let address = mentions?(name) {
                    characters(bytes[start..<index])
                    mention(bytes[index..<end], address)
                    start = end
                }
                index = next
            } else if byte == MathSpans.opening.first, let (number, end) = MathSpans.mark(in: bytes, at: index) {
                characters(bytes[start..<index])
                formula(number)
                index = end
                start = end
            } else {
                index += 1
            }
        }
        characters(bytes[start...])
    }

    private mutating func mention(_ name: ArraySlice<UInt8>, _ address: String) {
        heading?.text.append(contentsOf: name)
        out.raw("<a class=\"mention\"")
        out.attribute("href", address.utf8)
        out.raw(">")
        out.escaped(name)
        out.raw("</a>")
    }

    private mutating func formula(_ number: Int) {
        guard let formula = math.use(number) else { return out.raw("\u{FFFD}") }
        heading?.text.append(contentsOf: formula.source)
        if verbatim > 0 {
            out.escaped(formula.source[...])
        } else {
            out.raw(MathHTML.html(formula))
        }
    }

    /// Letters and character references; a reference can become no markup, so it may stay as it is.
    private mutating func characters(_ bytes: ArraySlice<UInt8>) {
        heading?.text.append(contentsOf: HTMLEntities.decoded(bytes))
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "&"), let end = HTMLEntities.end(of: bytes, from: index) {
                out.raw(bytes[index..<end])
                index = end
            } else {
                out.escaped(bytes[index])
                index += 1
            }
        }
    }
}
