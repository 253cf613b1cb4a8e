// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// How text is cut into the pieces that a model looks at one by one.
indirect enum PreTokenizer: Sendable {
    enum Behaviour: String, Sendable {
        case removed = "Removed"
        case isolated = "Isolated"
        case mergedWithPrevious = "MergedWithPrevious"
        case mergedWithNext = "MergedWithNext"
        case contiguous = "Contiguous"
    }

    case sequence([PreTokenizer])
    case byteLevel(addsPrefixSpace: Bool, pattern: TextPattern?)
    case split(TextPattern, Behaviour, inverts: Bool)
    case bert
    case whitespaceSplit
    case metaspace(Unicode.Scalar, prepends: MetaspaceScheme, splits: Bool)
    case punctuation(Behaviour)
    case digits(individually: Bool)

    enum MetaspaceScheme: String, Sendable {
        case always
        case first
        case never
    }

    static let gpt2Pattern = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    /// Reads the member `pre_tokenizer` of a tokenizer.json; `nil` for `null`.
    static func read(_ value: JSONValue?, depth: Int = 0) throws(HubError) -> PreTokenizer? {
        guard let value, !value.isNull else { return nil }
        guard depth < 10 else { throw Tokenizer.bad("pre-tokenizers are nested too deeply") }
        switch value["type"]?.stringValue {
        case "Sequence":
            var all: [PreTokenizer] = []
            for entry in value["pretokenizers"]?.arrayValue ?? [] {
                if let one = try read(entry, depth: depth + 1) { all.append(one) }
            }
            return .sequence(all)
        case "ByteLevel":
            let usesPattern = value["use_regex"]?.boolValue ?? true
            return .byteLevel(
                addsPrefixSpace: value["add_prefix_space"]?.boolValue ?? true,
                pattern: usesPattern ? try TextPattern(gpt2Pattern) : nil
            )
        case "Split":
            return .split(
                try Tokenizer.pattern(value["pattern"]),
                try behaviour(value["behavior"]),
                inverts: value["invert"]?.boolValue ?? false
            )
        case "BertPreTokenizer": return .bert
        case "Whitespace": return .split(try TextPattern(#"\w+|[^\w\s]+"#), .removed, inverts: true)
        case "WhitespaceSplit": return .whitespaceSplit
        case "Metaspace":
            guard let replacement = (value["replacement"]?.stringValue ?? "▁").unicodeScalars.first else {
                throw Tokenizer.bad("Metaspace has no replacement")
            }
            // Before there were schemes there was a switch.
            let older: MetaspaceScheme = value["add_prefix_space"]?.boolValue == false ? .never : .always
            let scheme = value["prepend_scheme"]?.stringValue
            guard let prepends = scheme.map(MetaspaceScheme.init(rawValue:)) ?? older else {
                throw Tokenizer.bad("Metaspace has an unknown scheme")
            }
            return .metaspace(replacement, prepends: prepends, splits: value["split"]?.boolValue ?? true)
        case "Punctuation": return .punctuation(try behaviour(value["behavior"] ?? "Isolated"))
        case "Digits": return .digits(individually: value["individual_digits"]?.boolValue ?? false)
        case let type:
            throw HubError(.unsupported, "The tokenizer's pre-tokenizer \(type ?? "without a type") is not supported")
        }
    }

    private static func behaviour(_ value: JSONValue?) throws(HubError) -> Behaviour {
        guard let behaviour = value?.stringValue.flatMap(Behaviour.init(rawValue:)) else {
            throw Tokenizer.bad("a split has an unknown behavior")
        }
        return behaviour
    }

    /// A stretch of text, and whether it begins the whole.
    struct Piece: Sendable {
        let text: Scalars
        let isFirst: Bool
    }

    /// Cuts one stretch of text.
    func pieces(_ piece: Piece) throws(HubError) -> [Piece] {
        let text = piece.text
        func cut(_ matches: [Range<Int>], _ behaviour: Behaviour, inverts: Bool = false) -> [Piece] {
            Self.split(text, at: matches, behaviour, inverts: inverts).map { range in
                Piece(text: Scalars(text[range]), isFirst: piece.isFirst && range.lowerBound == 0)
            }
        }
        switch self {
        case .sequence(let all):
            var pieces = [piece]
            for one in all {
                var following: [Piece] = []
                for piece in pieces { following += try one.pieces(piece) }
                pieces = following
            }
            return pieces
        case .byteLevel(let addsPrefixSpace, let pattern):
            var text = text
            if addsPrefixSpace, let first = text.first, first != " " { text.insert(" ", at: 0) }
            var ranges = [0..<text.count]
            if let pattern { ranges = Self.split(text, at: try pattern.matches(in: text), .isolated) }
            return ranges.compactMap { range in
                range.isEmpty
                    ? nil
                    : Piece(
                        text: ByteLevel.encode(Scalars(text[range])),
                        isFirst: piece.isFirst && range.lowerBound == 0
                    )
            }
        case .split(let pattern, let behaviour, let inverts):
            return cut(try pattern.matches(in: text), behaviour, inverts: inverts)
        case .bert:
            return cut(Self.ranges(text, where: \.isSpace), .removed).flatMap { word in
                Self.split(word.text, at: Self.ranges(word.text, where: \.isBertPunctuation), .isolated).map { range in
                    Piece(text: Scalars(word.text[range]), isFirst: word.isFirst && range.lowerBound == 0)
                }
            }
        case .whitespaceSplit: return cut(Self.ranges(text, where: \.isSpace), .removed)
        case .metaspace(let replacement, let scheme, let splits):
            var text = text.map { $0 == " " ? replacement : $0 }
            let prepends = scheme == .always || (scheme == .first && piece.isFirst)
            if prepends, !text.isEmpty, text.first != replacement { text.insert(replacement, at: 0) }
            guard !text.isEmpty else { return [] }
            guard splits else { return [Piece(text: text, isFirst: piece.isFirst)] }
            return Self.split(text, at: Self.ranges(text) { $0 == replacement }, .mergedWithNext).map { range in
                Piece(text: Scalars(text[range]), isFirst: piece.isFirst && range.lowerBound == 0)
            }
        case .punctuation(let behaviour): return cut(Self.ranges(text, where: \.isBertPunctuation), behaviour)
        case .digits(let individually):
            return cut(Self.ranges(text, where: \.isNumber), individually ? .isolated : .contiguous)
        }
    }

    private static func ranges(_ text: Scalars, where matches: (Unicode.Scalar) -> Bool) -> [Range<Int>] {
        text.indices.filter { matches(text[$0]) }.map { $0..<($0 + 1) }
    }

    /// Cuts at the delimiters, which are dropped, kept, or joined to a neighbour.
    ///
    /// - Parameter inverts: the delimiters are what lies between the matches.
    private static func split(
        _ text: Scalars,
        at matches: [Range<Int>],
        _ behaviour: Behaviour,
        inverts: Bool = false
    ) -> [Range<Int>] {
        var pieces: [(range: Range<Int>, isDelimiter: Bool)] = []
        var at = 0
        for range in matches {
            if at < range.lowerBound { pieces.append((at..<range.lowerBound, inverts)) }
            pieces.append((range, !inverts))
            at = range.upperBound
        }
        if at < text.count { pieces.append((at..<text.count, inverts)) }
        var joined: [Range<Int>] = []
        switch behaviour {
        case .removed: return pieces.filter { !$0.isDelimiter }.map(\.range)
        case .isolated: return pieces.map(\.range)
        case .contiguous:
            var wasDelimiter: Bool?
            for piece in pieces {
                if wasDelimiter == piece.isDelimiter, let last = joined.popLast() {
                    joined.append(last.lowerBound..<piece.range.upperBound)
                } else {
                    joined.append(piece.range)
                }
                wasDelimiter = piece.isDelimiter
            }
            return joined
        case .mergedWithPrevious:
            var wasDelimiter = true
            for piece in pieces {
                if piece.isDelimiter, !wasDelimiter, let last = joined.popLast() {
                    joined.append(last.lowerBound..<piece.range.upperBound)
                } else {
                    joined.append(piece.range)
                }
                wasDelimiter = piece.isDelimiter
            }
            return joined
        case .mergedWithNext:
            var wasDelimiter = true
            for piece in pieces.reversed() {
                if piece.isDelimiter, !wasDelimiter, let last = joined.popLast() {
                    joined.append(piece.range.lowerBound..<last.upperBound)
                } else {
                    joined.append(piece.range)
                }
                wasDelimiter = piece.isDelimiter
            }
            return joined.reversed()
        }
    }
}
