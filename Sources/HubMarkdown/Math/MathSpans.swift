// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Formulas, taken out of a text before Markdown can read emphasis into them.
///
/// Each leaves a mark, U+FDD0 number U+FDD1: characters that no text means. Where the mark comes out within text, the
/// formula is shown; in code, addresses and attributes its source is put back. So it does no harm if a formula was seen
/// where there is none.
struct MathSpans {
    struct Formula: Equatable {
        /// As in the text, with its delimiters.
        let source: [UInt8]
        let tex: [UInt8]
        /// On a line of its own.
        let isBlock: Bool
    }

    static let opening: [UInt8] = [0xEF, 0xB7, 0x90]
    static let closing: [UInt8] = [0xEF, 0xB7, 0x91]

    /// Each is given out once: a text that forges marks must not multiply what it holds.
    private var formulas: [Formula?] = []

    static func take(from bytes: [UInt8]) -> ([UInt8], MathSpans) {
        var scanner = MathScanner(withoutMarks(bytes))
        scanner.run()
        return (scanner.out, MathSpans(formulas: scanner.formulas))
    }

    private static func withoutMarks(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var index = 0
        while index + 2 < bytes.count {
            if bytes[index] == 0xEF, bytes[index + 1] == 0xB7, bytes[index + 2] == 0x90 || bytes[index + 2] == 0x91 {
                // U+FFFD is as long.
                bytes.replaceSubrange(index...(index + 2), with: [0xEF, 0xBF, 0xBD])
            }
            index += 1
        }
        return bytes
    }

    mutating func use(_ number: Int) -> Formula? {
        guard formulas.indices.contains(number), let formula = formulas[number] else { return nil }
        formulas[number] = nil
        return formula
    }

    /// The number of the mark that begins there, and where it ends.
    static func mark(in bytes: ArraySlice<UInt8>, at start: Int) -> (Int, Int)? {
        number(in: bytes, at: start, opening, closing)
    }

    private static func number(
        in bytes: ArraySlice<UInt8>,
        at start: Int,
        _ opening: [UInt8],
        _ closing: [UInt8]
    ) -> (Int, Int)? {
        guard bytes[start...].starts(with: opening) else { return nil }
        var index = start + opening.count
        var number = 0
        let first = index
        while index < bytes.endIndex, bytes[index].isASCIIDigit, index - first < 8 {
            number = number * 10 + Int(bytes[index] - 0x30)
            index += 1
        }
        guard index > first, bytes[index...].starts(with: closing) else { return nil }
        return (number, index + closing.count)
    }

    private static let encodedOpening = Array("%EF%B7%90".utf8)
    private static let encodedClosing = Array("%EF%B7%91".utf8)

    /// The bytes with sources in place of marks, also of those that the parser has encoded for an address.
    mutating func restored(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard !formulas.isEmpty, bytes.contains(where: { $0 == 0xEF || $0 == UInt8(ascii: "%") }) else {
            return Array(bytes)
        }
        var out: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let mark =
                bytes[index] == 0xEF
                ? Self.mark(in: bytes, at: index)
                : bytes[index] == UInt8(ascii: "%")
                    ? Self.number(in: bytes, at: index, Self.encodedOpening, Self.encodedClosing) : nil
            if let (number, end) = mark {
                // As the parser would have written it, had the formula stayed where it was.
                for byte in use(number)?.source ?? [] {
                    switch byte {
                    case UInt8(ascii: "&"): out.append(contentsOf: "&amp;".utf8)
                    case UInt8(ascii: "<"): out.append(contentsOf: "&lt;".utf8)
                    default: out.append(byte)
                    }
                }
                index = end
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out
    }
}
