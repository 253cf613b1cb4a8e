// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The part of regular expressions that tokenizers are written in, matched in bounded work.
///
/// Alternatives, groups, classes with `\s \S \d \D \w \W \p{L}`-like members, greedy and lazy repeats, and lookahead.
/// A pattern out of a pushed file must not be able to run for ever: each match has a budget of steps.
struct TextPattern: Sendable {
    /// Steps for all matches in a text: so many, and so many more for each scalar.
    private static let budget = (base: 200_000, perScalar: 200)
    private static let maximumDepth = 40
    private static let maximumNodes = 1_000
    private static let maximumRepeat = 1_000

    indirect enum Node: Sendable {
        case empty
        case one(CharacterClass)
        case sequence([Node])
        case alternatives([Node])
        case repeated(Node, minimum: Int, maximum: Int, isLazy: Bool)
        case lookahead(Node, isNegative: Bool)
        case start
        case end
    }

    struct CharacterClass: Sendable {
        enum Member: Sendable {
            case range(ClosedRange<UInt32>)
            case category(String, isNegative: Bool)
            case space(isNegative: Bool)
            case digit(isNegative: Bool)
            case word(isNegative: Bool)
            case nested(CharacterClass)
        }

        var members: [Member] = []
        var isNegative = false
        var ignoresCase = false

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            if has(scalar) { return !isNegative }
            if ignoresCase {
                let other = scalar.properties.lowercaseMapping.unicodeScalars.first
                let upper = scalar.properties.uppercaseMapping.unicodeScalars.first
                if other.map(has) == true || upper.map(has) == true { return !isNegative }
            }
            return isNegative
        }

        private func has(_ scalar: Unicode.Scalar) -> Bool {
            members.contains { member in
                switch member {
                case .range(let range): range.contains(scalar.value)
                case .category(let name, let isNegative): Self.isIn(name, scalar) != isNegative
                case .space(let isNegative): scalar.isSpace != isNegative
                case .digit(let isNegative): (scalar.properties.generalCategory == .decimalNumber) != isNegative
                case .word(let isNegative): Self.isWord(scalar) != isNegative
                case .nested(let nested): nested.contains(scalar)
                }
            }
        }

        private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
            let properties = scalar.properties
            return switch properties.generalCategory {
            case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark: true
            default: properties.isAlphabetic || properties.isJoinControl
            }
        }

        static let categories: Set<String> = [
            "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "N", "Nd", "Nl", "No", "P", "S", "Z", "Zs", "C", "Han",
        ]

        private static func isIn(_ name: String, _ scalar: Unicode.Scalar) -> Bool {
            let category = scalar.properties.generalCategory
            return switch name {
            case "L": scalar.isLetter
            case "Lu": category == .uppercaseLetter
            case "Ll": category == .lowercaseLetter
            case "Lt": category == .titlecaseLetter
            case "Lm": category == .modifierLetter
            case "Lo": category == .otherLetter
            case "M": scalar.isMark
            case "Mn": category == .nonspacingMark
            case "N": scalar.isNumber
            case "Nd": category == .decimalNumber
            case "Nl": category == .letterNumber
            case "No": category == .otherNumber
            case "P": scalar.isPunctuation
            case "S": [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol].contains(category)
            case "Z": [.spaceSeparator, .lineSeparator, .paragraphSeparator].contains(category)
            case "Zs": category == .spaceSeparator
            case "C": [.control, .format, .surrogate, .privateUse, .unassigned].contains(category)
            default: scalar.properties.isIdeographic
            }
        }
    }

    private let root: Node

    /// Parses a pattern; throws `HubError.unsupported` with the pattern for what is not understood.
    init(_ pattern: String) throws(HubError) {
        guard pattern.utf8.count <= 10_000, let root = Parser.parse(Scalars(pattern.unicodeScalars)) else {
            throw HubError(
                .unsupported,
                "The tokenizer has a pattern that is not supported: \(pattern.prefix(200))"
            )
        }
        self.root = root
    }

    /// A pattern that is some text, literally.
    init(literal text: String) {
        root = .sequence(text.unicodeScalars.map { .one(CharacterClass(members: [.range($0.value...$0.value)])) })
    }

    /// The places in `text` that match, from left to right, none empty.
    func matches(in text: Scalars) throws(HubError) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var matcher = Matcher(text: text, left: Self.budget.base + Self.budget.perScalar * text.count)
        var at = 0
        while at < text.count {
            let end = matcher.first(root, at)
            guard matcher.left > 0 else {
                throw HubError(.unprocessable, "The tokenizer's pattern takes too long on this text")
            }
            if let end, end > at {
                found.append(at..<end)
                at = end
            } else {
                at += 1
            }
        }
        return found
    }

    /// Finds the places where a node can end, best first, so that what follows may take the second best.
    private struct Matcher {
        let text: Scalars
        var left: Int

        /// The best place where `node` ends when it begins at `at`.
        mutating func first(_ node: Node, _ at: Int) -> Int? {
            left -= 1
            guard left > 0 else { return nil }
            switch node {
            case .alternatives(let nodes):
                for node in nodes {
                    if let end = first(node, at) { return end }
                }
                return nil
            case .sequence(let nodes):
                guard let last = nodes.last else { return at }
                for position in ends(.sequence(Array(nodes.dropLast())), at) {
                    if let end = first(last, position) { return end }
                }
                return nil
            case .repeated(.one(let characters), let minimum, let maximum, let isLazy):
                let count = run(characters, at, maximum: isLazy ? minimum : maximum)
                return count >= minimum ? at + count : nil
            default: return ends(node, at).first
            }
        }

        /// How many scalars from `at` on are of a class.
        private mutating func run(_ characters: CharacterClass, _ at: Int, maximum: Int) -> Int {
            var count = 0
            while count < maximum, at + count < text.count, characters.contains(text[at + count]) { count += 1 }
            left -= count
            return count
        }

        private mutating func ends(_ node: Node, _ at: Int) -> [Int] {
            left -= 1
            guard left > 0 else { return [] }
            switch node {
            case .empty: return [at]
            case .start: return at == 0 ? [at] : []
            case .end: return at == text.count ? [at] : []
            case .one(let characters):
                return at < text.count && characters.contains(text[at]) ? [at + 1] : []
            case .alternatives(let nodes):
                var all = Ends()
                for node in nodes { for end in ends(node, at) { all.append(end) } }
                return all.ordered
            case .sequence(let nodes):
                var current = [at]
                for node in nodes {
                    var following = Ends()
                    for position in current { for end in ends(node, position) { following.append(end) } }
                    if following.ordered.isEmpty { return [] }
                    current = following.ordered
                }
                return current
            case .lookahead(let node, let isNegative):
                return ends(node, at).isEmpty == isNegative ? [at] : []
            case .repeated(let node, let minimum, let maximum, let isLazy):
                if case .one(let characters) = node {
                    let count = run(characters, at, maximum: maximum)
                    left -= count
                    guard count >= minimum else { return [] }
                    let ends = Array((at + minimum)...(at + count))
                    return isLazy ? ends : ends.reversed()
                }
                var levels = [[at]]
                var reached: Set<Int> = [at]
                while levels.count <= maximum, let last = levels.last, !last.isEmpty, left > 0 {
                    var following: [Int] = []
                    for position in last {
                        for end in ends(node, position) where !reached.contains(end) {
                            reached.insert(end)
                            following.append(end)
                        }
                    }
                    levels.append(following)
                }
                let all = levels.dropFirst(minimum).flatMap { $0 }
                return isLazy ? all : all.reversed()
            }
        }
    }

    /// Places in the order in which they were found, each once.
    private struct Ends {
        private(set) var ordered: [Int] = []
        private var seen: Set<Int> = []

        mutating func append(_ end: Int) {
            if ordered.last != end, seen.insert(end).inserted { ordered.append(end) }
        }
    }

    private struct Parser {
        private let pattern: Scalars
        private var at = 0
        private var nodes = 0
        private var ignoresCase = false

        static func parse(_ pattern: Scalars) -> Node? {
            var parser = Parser(pattern: pattern)
            guard let node = parser.alternatives(depth: 0), parser.at == pattern.count else { return nil }
            return node
        }

        private init(pattern: Scalars) { self.pattern = pattern }

        private var current: Unicode.Scalar? { at < pattern.count ? pattern[at] : nil }

        private mutating func take(_ text: String) -> Bool {
            let scalars = Scalars(text.unicodeScalars)
            guard pattern.count - at >= scalars.count, Array(pattern[at..<(at + scalars.count)]) == scalars else {
                return false
            }
            at += scalars.count
            return true
        }

        private mutating func alternatives(depth: Int) -> Node? {
            guard depth <= maximumDepth else { return nil }
            var all: [Node] = []
            repeat {
                guard let node = sequence(depth: depth) else { return nil }
                all.append(node)
            } while take("|")
            return all.count == 1 ? all[0] : .alternatives(all)
        }

        private mutating func sequence(depth: Int) -> Node? {
            var all: [Node] = []
            while let scalar = current, scalar != "|", scalar != ")" {
                guard let atom = atom(depth: depth), let node = quantified(atom) else { return nil }
                all.append(node)
                nodes += 1
                guard nodes <= maximumNodes else { return nil }
            }
            return all.isEmpty ? .empty : all.count == 1 ? all[0] : .sequence(all)
        }

        private mutating func quantified(_ atom: Node) -> Node? {
            var (minimum, maximum) = (1, 1)
            switch current {
            case "*": (minimum, maximum) = (0, Int.max)
            case "+": (minimum, maximum) = (1, Int.max)
            case "?": (minimum, maximum) = (0, 1)
            case "{":
                at += 1
                guard let low = number() else { return nil }
                (minimum, maximum) = (low, low)
                if take(",") { maximum = number() ?? Int.max }
                guard current == "}", minimum <= maximum, minimum <= maximumRepeat else { return nil }
            default: return atom
            }
            at += 1
            let isLazy = take("?")
            // A possessive repeat would need to forget its shorter ends.
            if !isLazy, current == "+" { return nil }
            if case .lookahead = atom { return nil }
            return .repeated(atom, minimum: minimum, maximum: maximum, isLazy: isLazy)
        }

        private mutating func number() -> Int? {
            var value: Int?
            while let digit = current, (48...57).contains(digit.value), (value ?? 0) <= maximumRepeat {
                value = (value ?? 0) * 10 + Int(digit.value - 48)
                at += 1
            }
            return value
        }

        private mutating func atom(depth: Int) -> Node? {
            if take("(?i:") {
                let before = ignoresCase
                ignoresCase = true
                defer { ignoresCase = before }
                return closed(alternatives(depth: depth + 1))
            }
            if take("(?!") { return closed(alternatives(depth: depth + 1)).map { .lookahead($0, isNegative: true) } }
            if take("(?=") { return closed(alternatives(depth: depth + 1)).map { .lookahead($0, isNegative: false) } }
            if take("(?:") { return closed(alternatives(depth: depth + 1)) }
            if take("(?") { return nil }
            if take("(") { return closed(alternatives(depth: depth + 1)) }
            guard let scalar = current else { return nil }
            at += 1
            switch scalar {
            case "[": return characterClass(depth: depth).map { .one($0) }
            case "\\": return escape().map { .one(CharacterClass(members: [$0], ignoresCase: ignoresCase)) }
            case ".": return .one(CharacterClass(members: [.range(10...10)], isNegative: true))
            case "^": return .start
            case "$": return .end
            case "*", "+", "?", "{", "}", ")": return nil
            default:
                return .one(CharacterClass(members: [.range(scalar.value...scalar.value)], ignoresCase: ignoresCase))
            }
        }

        private mutating func closed(_ node: Node?) -> Node? {
            guard let node, take(")") else { return nil }
            return node
        }

        private mutating func escape() -> CharacterClass.Member? {
            guard let scalar = current else { return nil }
            at += 1
            switch scalar {
            case "s", "S": return .space(isNegative: scalar == "S")
            case "d", "D": return .digit(isNegative: scalar == "D")
            case "w", "W": return .word(isNegative: scalar == "W")
            case "n": return .range(10...10)
            case "r": return .range(13...13)
            case "t": return .range(9...9)
            case "p", "P":
                guard take("{") else { return nil }
                var name = ""
                while let letter = current, letter != "}", name.utf8.count < 16 {
                    name.unicodeScalars.append(letter)
                    at += 1
                }
                guard take("}"), CharacterClass.categories.contains(name) else { return nil }
                return .category(name, isNegative: scalar == "P")
            case "u", "x":
                let braced = take("{")
                let digits = scalar == "u" ? 4 : 2
                var value: UInt32 = 0
                var count = 0
                while let digit = current?.properties.isASCIIHexDigit == true ? current : nil,
                    count < (braced ? 6 : digits),
                    let nibble = Character(digit).hexDigitValue
                {
                    value = value << 4 | UInt32(nibble)
                    count += 1
                    at += 1
                }
                guard count > 0, !braced || take("}") else { return nil }
                return .range(value...value)
            default:
                guard !scalar.properties.isAlphabetic, !(48...57).contains(scalar.value) else { return nil }
                return .range(scalar.value...scalar.value)
            }
        }

        private mutating func characterClass(depth: Int) -> CharacterClass? {
            guard depth <= maximumDepth else { return nil }
            var result = CharacterClass(ignoresCase: ignoresCase)
            result.isNegative = take("^")
            var isFirst = true
            while let scalar = current, scalar != "]" || isFirst {
                isFirst = false
                at += 1
                if scalar == "[" {
                    // A set within a set, or a bracket where nobody closes it.
                    guard let nested = characterClass(depth: depth + 1) else { return nil }
                    result.members.append(.nested(nested))
                    continue
                }
                if scalar == "&", current == "&" { return nil }
                var member: CharacterClass.Member = .range(scalar.value...scalar.value)
                if scalar == "\\" {
                    guard let escaped = escape() else { return nil }
                    member = escaped
                }
                if case .range(let low) = member, current == "-", at + 1 < pattern.count, pattern[at + 1] != "]" {
                    at += 1
                    guard let end = current else { return nil }
                    at += 1
                    var high = end.value
                    if end == "\\" {
                        guard case .range(let escaped)? = escape() else { return nil }
                        high = escaped.lowerBound
                    }
                    guard low.lowerBound <= high else { return nil }
                    member = .range(low.lowerBound...high)
                }
                result.members.append(member)
                guard result.members.count <= maximumNodes else { return nil }
            }
            return take("]") ? result : nil
        }
    }
}
