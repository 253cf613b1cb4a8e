// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Git's wildcards over bytes: `*` and `?` within a segment, `**` across segments, `[a-z]` sets, `\` quotes.
public enum Glob {
    /// Linear in time for each star by keeping only the last one to go back to, as fnmatch does.
    public static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        matches(pattern[...], text[...], budget: 64)
    }

    private static let slash = UInt8(ascii: "/")

    private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, budget: Int) -> Bool {
        var pattern = pattern
        var text = text
        var retry: (pattern: ArraySlice<UInt8>, text: ArraySlice<UInt8>)?
        while true {
            if let next = pattern.first {
                if pattern.starts(with: [UInt8(ascii: "*"), UInt8(ascii: "*")]) {
                    return matchesAcross(pattern.dropFirst(2), text, budget: budget)
                }
                if next == UInt8(ascii: "*") {
                    pattern = pattern.dropFirst()
                    retry = (pattern, text)
                    continue
                }
                if let (rest, restOfText) = step(pattern, text) {
                    pattern = rest
                    text = restOfText
                    continue
                }
            } else if text.isEmpty {
                return true
            }
            guard let back = retry, let skipped = back.text.first, skipped != slash else { return false }
            retry = (back.pattern, back.text.dropFirst())
            pattern = back.pattern
            text = back.text.dropFirst()
        }
    }

    /// `**` takes any number of bytes; `**/` also none at all. The budget bounds hostile nests of `**`.
    private static func matchesAcross(_ rest: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, budget: Int) -> Bool {
        guard budget > 0 else { return false }
        if rest.first == slash, matches(rest.dropFirst(), text, budget: budget - 1) { return true }
        var tail = text
        while true {
            if matches(rest, tail, budget: budget / 2) { return true }
            guard !tail.isEmpty else { return false }
            tail = tail.dropFirst()
        }
    }

    /// One character of the pattern against one byte of text.
    private static func step(
        _ pattern: ArraySlice<UInt8>,
        _ text: ArraySlice<UInt8>
    ) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
        guard let next = pattern.first, let byte = text.first else { return nil }
        let restOfText = text.dropFirst()
        switch next {
        case UInt8(ascii: "?"):
            return byte == slash ? nil : (pattern.dropFirst(), restOfText)
        case UInt8(ascii: "["):
            guard let (rest, found) = set(pattern.dropFirst(), byte), found, byte != slash else { return nil }
            return (rest, restOfText)
        case UInt8(ascii: "\\"):
            let quoted = pattern.dropFirst()
            guard let literal = quoted.first, literal == byte else { return nil }
            return (quoted.dropFirst(), restOfText)
        default:
            return next == byte ? (pattern.dropFirst(), restOfText) : nil
        }
    }

    /// `[abc]`, `[a-z]`, `[!a]`: what follows the set, and whether the byte is in it; `nil` for a set without an end.
    private static func set(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> (ArraySlice<UInt8>, Bool)? {
        var rest = pattern
        let negated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if negated { rest = rest.dropFirst() }
        var found = false
        var isFirst = true
        while let low = rest.first {
            rest = rest.dropFirst()
            if low == UInt8(ascii: "]"), !isFirst { return (rest, found != negated) }
            isFirst = false
            if rest.first == UInt8(ascii: "-"), let high = rest.dropFirst().first, high != UInt8(ascii: "]") {
                rest = rest.dropFirst(2)
                if (min(low, high)...max(low, high)).contains(byte) { found = true }
            } else if low == byte {
                found = true
            }
        }
        return nil
    }
}
