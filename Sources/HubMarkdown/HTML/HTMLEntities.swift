// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Character references.
enum HTMLEntities {
    /// The named ones that matter for an address or for plain words. Any other name stays what it is, which is safe:
    /// its "&" is escaped wherever it was to be decoded.
    static let named: [String: String] = [
        "amp": "&", "AMP": "&", "lt": "<", "LT": "<", "gt": ">", "GT": ">", "quot": "\"", "QUOT": "\"", "apos": "'",
        "nbsp": "\u{A0}", "Tab": "\t", "NewLine": "\n", "colon": ":", "sol": "/", "bsol": "\\", "period": ".",
        "comma": ",", "semi": ";", "num": "#", "quest": "?", "excl": "!", "equals": "=", "percnt": "%", "commat": "@",
        "lpar": "(", "rpar": ")", "lsqb": "[", "rsqb": "]", "lbrack": "[", "rbrack": "]", "plus": "+", "hyphen": "-",
        "dash": "-", "lowbar": "_", "ast": "*", "dollar": "$", "grave": "`", "vert": "|", "lbrace": "{",
        "rbrace": "}", "lcub": "{", "rcub": "}", "ZeroWidthSpace": "\u{200B}", "zwnj": "\u{200C}", "zwj": "\u{200D}",
        "shy": "\u{AD}", "copy": "©", "reg": "®", "trade": "™", "mdash": "—", "ndash": "–", "hellip": "…",
        "times": "×", "larr": "←", "rarr": "→", "uarr": "↑", "darr": "↓", "bull": "•", "middot": "·",
    ]

    /// Where the reference that begins with the "&" at `start` ends, behind its semicolon; nil if it is none.
    static func end(of bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        var index = start + 1
        let last = min(bytes.endIndex, start + 34)
        if index < last, bytes[index] == UInt8(ascii: "#") { index += 1 }
        let begin = index
        while index < last, bytes[index].isASCIILetter || bytes[index].isASCIIDigit { index += 1 }
        return index > begin && index < last && bytes[index] == UInt8(ascii: ";") ? index + 1 : nil
    }

    static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "&")) else { return Array(bytes) }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "&"), let (text, end) = reference(bytes, from: index) {
                out.append(contentsOf: text.utf8)
                index = end
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out
    }

    private static func reference(_ bytes: ArraySlice<UInt8>, from start: Int) -> (String, Int)? {
        if start + 1 < bytes.endIndex, bytes[start + 1] == UInt8(ascii: "#") { return number(bytes, from: start + 2) }
        guard let end = end(of: bytes, from: start),
            let text = named[String(decoding: bytes[(start + 1)..<(end - 1)], as: UTF8.self)]
        else { return nil }
        return (text, end)
    }

    /// A semicolon may be missing, and zeros may come first in any number, as browsers take it.
    private static func number(_ bytes: ArraySlice<UInt8>, from start: Int) -> (String, Int)? {
        var index = start
        let isHex = index < bytes.endIndex && (bytes[index] | 0x20) == UInt8(ascii: "x")
        if isHex { index += 1 }
        let begin = index
        var value: UInt32 = 0
        while index < bytes.endIndex, let digit = bytes[index].hexValue, isHex || digit < 10 {
            value = min(value * (isHex ? 16 : 10) + UInt32(digit), 0x11_0000)
            index += 1
        }
        guard index > begin else { return nil }
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: ";") { index += 1 }
        let scalar = value == 0 ? nil : Unicode.Scalar(value)
        return (scalar.map { String(Character($0)) } ?? "\u{FFFD}", index)
    }
}
