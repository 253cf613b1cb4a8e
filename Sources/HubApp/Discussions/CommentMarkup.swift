// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What the hub itself reads of a comment's text: whom it names, and the text as HTML.
///
/// The HTML is the text, safe to be put into a page, with its lines kept and names as links. Markdown is for whoever
/// shows the raw text.
enum CommentMarkup {
    /// More names than these in one comment tell nobody.
    static let maximumMentions = 50

    /// The names behind an `@`, in any case and each once. An `@` within a word, as in an address, is none.
    static func mentions(in text: String) -> [AccountName] {
        var found: [AccountName] = []
        var keys: Set<String> = []
        for piece in pieces(text) {
            guard case .mention(let name) = piece, keys.insert(name.key).inserted else { continue }
            found.append(name)
            if found.count == maximumMentions { break }
        }
        return found
    }

    /// - Parameter mentioned: names that are linked, as keys; all others stay text.
    static func html(_ text: String, mentioned: Set<String>) -> String {
        var out = "<p>"
        for piece in pieces(text) {
            switch piece {
            case .mention(let name) where mentioned.contains(name.key):
                out += "<a href=\"/\(HTMLText.escape(name.text))\">@\(HTMLText.escape(name.text))</a>"
            case .mention(let name): out += "@" + HTMLText.escape(name.text)
            case .text(let text):
                out += HTMLText.escape(text).replacing("\r\n", with: "\n").replacing("\n\n", with: "</p>\n<p>")
                    .replacing("\n", with: "<br>\n").replacing("</p><br>\n<p>", with: "</p>\n<p>")
            }
        }
        return out + "</p>"
    }

    private enum Piece {
        case text(String)
        case mention(AccountName)
    }

    private static func pieces(_ text: String) -> [Piece] {
        func isNameByte(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F].contains(byte)
        }
        let bytes = Array(text.utf8)
        var pieces: [Piece] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "@"), index == 0 || !isNameByte(bytes[index - 1]) else {
                index += 1
                continue
            }
            var end = index + 1
            while end < bytes.count, isNameByte(bytes[end]) { end += 1 }
            // A full stop or dash behind a name ends the sentence, not the name.
            while end > index + 1, [0x2D, 0x2E, 0x5F].contains(bytes[end - 1]) { end -= 1 }
            guard let name = try? AccountName(String(decoding: bytes[(index + 1)..<end], as: UTF8.self)) else {
                index += 1
                continue
            }
            if index > start { pieces.append(.text(String(decoding: bytes[start..<index], as: UTF8.self))) }
            pieces.append(.mention(name))
            start = end
            index = end
        }
        if start < bytes.count { pieces.append(.text(String(decoding: bytes[start...], as: UTF8.self))) }
        return pieces
    }
}
