// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Paints code by the words of its language, from left to right and never back.
struct WordLexer {
    private let bytes: [UInt8]
    private let words: CodeWords
    private var painter: CodePainter
    private var index = 0
    /// From where on nothing has been written.
    private var pending = 0
    /// Whether nothing but spaces, dashes and brackets has come in this line.
    private var atLineStart = true

    init(_ bytes: [UInt8], _ words: CodeWords, _ painter: CodePainter) {
        self.bytes = bytes
        self.words = words
        self.painter = painter
    }

    mutating func run() -> String {
        if words.hasPrompts { prompt() }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                index += 1
                atLineStart = true
                if words.hasPrompts { prompt() }
            } else if !token(byte) {
                if !" \t-[{\"'".utf8.contains(byte) { atLineStart = false }
                index += 1
            }
        }
        painter.plain(bytes[pending...])
        return painter.out.string()
    }

    private func has(_ text: [UInt8]) -> Bool { bytes[index...].starts(with: text) }

    private mutating func paint(_ kind: CodePainter.Kind?, to end: Int) {
        let end = min(end, bytes.count)
        if let kind {
            painter.plain(bytes[pending..<index])
            painter.paint(kind, bytes[index..<end])
            pending = end
        }
        index = end
    }

    private mutating func token(_ byte: UInt8) -> Bool {
        if let block = words.blockComment, has(block.open) {
            paint(.comment, to: end(of: block))
        } else if isComment(byte) {
            paint(.comment, to: lineEnd(from: index))
        } else if let quote = words.quotes.first(where: { has($0.open) }) {
            string(quote)
        } else if byte.isASCIIDigit {
            number()
        } else if isNameStart(byte) || isSigil(byte) {
            name()
        } else {
            return false
        }
        atLineStart = false
        return true
    }

    private func isComment(_ byte: UInt8) -> Bool {
        guard words.lineComments.contains(where: { has($0) }) else { return false }
        return !words.commentsNeedSpace || index == 0 || bytes[index - 1].isHTMLSpace
    }

    private func lineEnd(from start: Int) -> Int {
        bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    }

    /// Behind the closing quote; or the line's end, or the code's.
    private func end(of quote: CodeWords.Quote) -> Int {
        var here = index + quote.open.count
        while here < bytes.count {
            if bytes[here...].starts(with: quote.close) { return here + quote.close.count }
            if !quote.isLong, bytes[here] == UInt8(ascii: "\n") { return here }
            here += quote.escapes && bytes[here] == UInt8(ascii: "\\") ? 2 : 1
        }
        return bytes.count
    }

    private mutating func string(_ quote: CodeWords.Quote) {
        let end = min(end(of: quote), bytes.count)
        var isKey = false
        switch words.keys {
        case .none: break
        case .strings: isKey = next(from: end) == UInt8(ascii: ":")
        case .lines(let mark): isKey = atLineStart && next(from: end) == mark
        }
        paint(isKey ? .function : .string, to: end)
    }

    /// The next byte that is no space of this line; looks at a few bytes only.
    private func next(from start: Int) -> UInt8? {
        guard start < bytes.count else { return nil }
        return bytes[start..<min(start + 16, bytes.count)].first { $0 != 0x20 && $0 != 0x09 }
    }

    private mutating func number() {
        var end = index
        while end < bytes.count,
            bytes[end].isASCIIDigit || bytes[end].isASCIILetter || bytes[end] == UInt8(ascii: "_")
                || bytes[end] == UInt8(ascii: ".")
                || ("+-".utf8.contains(bytes[end]) && (bytes[end - 1] | 0x20) == UInt8(ascii: "e"))
        { end += 1 }
        paint(.number, to: end)
    }

    private func isNameStart(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private func isSigil(_ byte: UInt8) -> Bool {
        words.sigils.contains(byte) && index + 1 < bytes.count && isNameStart(bytes[index + 1])
    }

    private mutating func name() {
        var end = index + 1
        while end < bytes.count,
            isNameStart(bytes[end]) || bytes[end].isASCIIDigit || words.nameMarks.contains(bytes[end])
        { end += 1 }
        let isLong = end - index > 40
        var text = isLong ? "" : String(decoding: bytes[index..<end], as: UTF8.self)
        if words.ignoresCase { text = text.lowercased() }
        var kind: CodePainter.Kind?
        if words.keywords.contains(text) {
            kind = .keyword
        } else if case .lines(let mark) = words.keys, atLineStart, next(from: end) == mark {
            kind = .function
        } else if isSigil(bytes[index]) || (words.hasCalls && next(from: end) == UInt8(ascii: "(")) {
            kind = .function
        }
        paint(kind, to: end)
    }

    /// At a line's start: "$ " and "> " come before what was typed; any other line is painted as what was said.
    private mutating func prompt() {
        let first = index < bytes.count ? bytes[index] : 0
        if "$>%".utf8.contains(first), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: " ") {
            paint(.comment, to: index + 1)
        } else if first != UInt8(ascii: "#") {
            index = lineEnd(from: index)
        }
    }
}
