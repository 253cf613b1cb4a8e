// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The part of TeX that cards use, to MathML. What is not known makes the whole formula nil: half of one is worse.
struct TeXParser {
    /// Longer formulas, in bytes, and deeper ones are left as they are.
    static let maximumBytes = 8 << 10
    static let maximumDepth = 60

    /// Why a row ended.
    enum End: Equatable {
        case text
        case brace
        case bracket
        case right
        case cell
        case line
        case environment
    }

    /// An atom before its scripts.
    struct Atom {
        var html: String
        /// Whether scripts stand above and below.
        var takesLimits = false
    }

    let scalars: [Unicode.Scalar]
    let isBlock: Bool
    var index = 0
    var depth = 0
    var alphabet = TeXAlphabet.italic
    private var failed = false

    init(_ tex: [UInt8], isBlock: Bool) {
        scalars = tex.count <= Self.maximumBytes ? Array(String(decoding: tex, as: UTF8.self).unicodeScalars) : []
        self.isBlock = isBlock
    }

    mutating func run() -> String? {
        let (html, end) = row()
        return failed || end != .text || scalars.isEmpty ? nil : html
    }

    mutating func fail() -> Atom {
        failed = true
        index = scalars.count
        return Atom(html: "")
    }

    func peek() -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    mutating func skipSpaces() {
        while let next = peek(), next.properties.isWhitespace { index += 1 }
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek() == scalar else { return false }
        index += 1
        return true
    }

    /// Atoms with their scripts, up to what ends them, which is taken. `inBracket` ends at "]".
    mutating func row(inBracket: Bool = false) -> (String, End) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { return (fail().html, .text) }
        var out = ""
        while true {
            skipSpaces()
            guard let next = peek() else { return ("<mrow>\(out)</mrow>", .text) }
            var end: End?
            switch next {
            case "}": end = .brace
            case "]" where inBracket: end = .bracket
            case "&": end = .cell
            case "\\":
                let start = index
                switch command() {
                case "\\": end = .line
                case "right": end = .right
                case "end": end = .environment
                default: index = start
                }
                if let end { return ("<mrow>\(out)</mrow>", end) }
            default: break
            }
            if let end {
                index += 1
                return ("<mrow>\(out)</mrow>", end)
            }
            out += scripted(atom())
        }
    }

    /// One argument: a group, or the next atom without scripts.
    mutating func argument() -> String {
        skipSpaces()
        if take("{") {
            let (html, end) = row()
            return end == .brace ? html : fail().html
        }
        guard let next = peek(), next != "}" else { return fail().html }
        guard !("0"..."9").contains(next) else {
            // Of a number that is no group only the first digit.
            index += 1
            return Self.element("mn", alphabet.letter(next))
        }
        return atom().html
    }

    /// An argument's letters as they are, without groups in it.
    mutating func words() -> String? {
        skipSpaces()
        guard take("{"), let end = scalars[index...].firstIndex(of: "}") else { return nil }
        let text = scalars[index..<end]
        guard !text.contains(where: { "{\\$".unicodeScalars.contains($0) }) else { return nil }
        index = end + 1
        return String(String.UnicodeScalarView(text))
    }

    /// The name behind a backslash, which is taken too.
    mutating func command() -> String {
        index += 1
        let start = index
        while let next = peek(), next.isASCII, next.properties.isAlphabetic { index += 1 }
        if index == start, index < scalars.count { index += 1 }
        return String(String.UnicodeScalarView(scalars[start..<index]))
    }

    private mutating func atom() -> Atom {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth, let next = peek() else { return fail() }
        switch next {
        case "{": return Atom(html: argument())
        case "\\": return run(command())
        case "^", "_", "'": return Atom(html: "<mrow></mrow>")
        case "0"..."9": return Atom(html: number())
        case "#", "$", "%": return fail()
        case "~":
            index += 1
            return Atom(html: "<mtext>\u{A0}</mtext>")
        default:
            index += 1
            if next.properties.isAlphabetic { return Atom(html: identifier(next)) }
            return Atom(html: Self.element("mo", next == "-" ? "−" : next == "*" ? "∗" : String(Character(next))))
        }
    }

    private mutating func number() -> String {
        let start = index
        while let next = peek(), ("0"..."9").contains(next) || next == "." { index += 1 }
        // A full stop behind a number ends the sentence.
        if scalars[index - 1] == "." { index -= 1 }
        return Self.element("mn", scalars[start..<index].map { alphabet.letter($0) }.joined())
    }

    func identifier(_ scalar: Unicode.Scalar) -> String {
        let letter = Self.escaped(alphabet.letter(scalar))
        return alphabet == .italic ? "<mi>\(letter)</mi>" : "<mi mathvariant=\"normal\">\(letter)</mi>"
    }

    private mutating func scripted(_ base: Atom) -> String {
        var below: String?
        var above: String?
        while true {
            skipSpaces()
            if below == nil, take("_") {
                below = argument()
            } else if above == nil, take("^") {
                above = argument()
            } else if take("'") {
                var primes = "′"
                while take("'") { primes += "′" }
                let prime = "<mo>\(primes)</mo>"
                above = take("^") ? "<mrow>\(prime)\(argument())</mrow>" : "<mrow>\(above ?? "")\(prime)</mrow>"
            } else if let next = peek(), next == "_" || next == "^" {
                return fail().html
            } else {
                break
            }
        }
        let limits = base.takesLimits && isBlock
        switch (below, above) {
        case (let below?, let above?):
            let name = limits ? "munderover" : "msubsup"
            return "<\(name)>\(base.html)\(below)\(above)</\(name)>"
        case (let below?, nil):
            return limits ? "<munder>\(base.html)\(below)</munder>" : "<msub>\(base.html)\(below)</msub>"
        case (nil, let above?):
            return limits ? "<mover>\(base.html)\(above)</mover>" : "<msup>\(base.html)\(above)</msup>"
        case (nil, nil): return base.html
        }
    }

    static func element(_ name: String, _ text: String) -> String { "<\(name)>\(escaped(text))</\(name)>" }

    static func escaped(_ text: String) -> String {
        var out = HTMLOutput(limit: .max)
        out.escaped(Array(text.utf8)[...])
        return out.string()
    }
}
