// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Git's wildcards over bytes: `*` and `?` within a segment, `**` across segments, `[a-z]` sets, `\` quotes.
public enum Glob {
    /// Whether the whole of `text` matches. Takes time in proportion to both lengths, whatever the pattern.
    public static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        guard let tokens = tokens(pattern) else { return false }
        // Every place in the pattern that the text so far can have led to, all at once: no way back, no hostile nests.
        var places = [Bool](repeating: false, count: tokens.count + 1)
        places[0] = true
        skipEmpty(tokens, &places)
        for byte in text {
            var next = [Bool](repeating: false, count: tokens.count + 1)
            for (index, token) in tokens.enumerated() where places[index] { step(token, index, byte, &next) }
            skipEmpty(tokens, &next)
            guard next.contains(true) else { return false }
            places = next
        }
        return places.last ?? false
    }

    private enum Token {
        case byte(UInt8)
        /// `?`
        case any
        /// `[…]`
        case set(ranges: [ClosedRange<UInt8>], negated: Bool)
        /// `*`
        case star
        /// `**`
        case across
        /// `**/` at the start of a segment: no folder at all, or what follows.
        case maybeFolders
        /// Any bytes up to a slash.
        case folders
    }

    private static let slash = UInt8(ascii: "/")

    /// What can be passed without a byte; in order, so that one pass does.
    private static func skipEmpty(_ tokens: [Token], _ places: inout [Bool]) {
        for (index, token) in tokens.enumerated() where places[index] {
            switch token {
            case .star, .across: places[index + 1] = true
            case .maybeFolders:
                places[index + 1] = true
                // Past the `folders` that always follows.
                places[index + 2] = true
            case .byte, .any, .set, .folders: break
            }
        }
    }

    private static func step(_ token: Token, _ index: Int, _ byte: UInt8, _ next: inout [Bool]) {
        switch token {
        case .byte(let literal): if byte == literal { next[index + 1] = true }
        case .any: if byte != slash { next[index + 1] = true }
        case .set(let ranges, let negated):
            if byte != slash, ranges.contains(where: { $0.contains(byte) }) != negated { next[index + 1] = true }
        case .star: if byte != slash { next[index] = true }
        case .across: next[index] = true
        case .folders:
            next[index] = true
            if byte == slash { next[index + 1] = true }
        case .maybeFolders: break
        }
    }

    /// `nil` for a pattern that matches nothing: a set without an end, a quote of nothing.
    private static func tokens(_ pattern: [UInt8]) -> [Token]? {
        var tokens: [Token] = []
        var rest = pattern[...]
        var previous: UInt8 = slash
        while let next = rest.popFirst() {
            switch next {
            case UInt8(ascii: "*"):
                guard rest.first == next else {
                    tokens.append(.star)
                    break
                }
                while rest.first == next { rest.removeFirst() }
                if previous == slash, rest.first == slash {
                    rest.removeFirst()
                    tokens += [.maybeFolders, .folders]
                    previous = slash
                    continue
                }
                tokens.append(.across)
            case UInt8(ascii: "?"): tokens.append(.any)
            case UInt8(ascii: "["):
                guard let set = set(&rest) else { return nil }
                tokens.append(set)
            case UInt8(ascii: "\\"):
                guard let quoted = rest.popFirst() else { return nil }
                tokens.append(.byte(quoted))
            default: tokens.append(.byte(next))
            }
            previous = next
        }
        return tokens
    }

    /// `[abc]`, `[a-z]`, `[!a]`, from behind the bracket; `nil` for a set without an end.
    private static func set(_ rest: inout ArraySlice<UInt8>) -> Token? {
        let negated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if negated { rest.removeFirst() }
        var ranges: [ClosedRange<UInt8>] = []
        while let low = rest.popFirst() {
            if low == UInt8(ascii: "]"), !ranges.isEmpty { return .set(ranges: ranges, negated: negated) }
            if rest.first == UInt8(ascii: "-"), let high = rest.dropFirst().first, high != UInt8(ascii: "]") {
                rest = rest.dropFirst(2)
                ranges.append(min(low, high)...max(low, high))
            } else {
                ranges.append(low...low)
            }
        }
        return nil
    }
}
