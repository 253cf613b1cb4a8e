// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension TeXParser {
    mutating func run(_ name: String) -> Atom {
        if let symbol = TeXSymbols.letters[name] { return Atom(html: Self.element("mi", symbol)) }
        if let symbol = TeXSymbols.operators[name] { return Atom(html: Self.element("mo", symbol)) }
        if let symbol = TeXSymbols.large[name] {
            let isIntegral = name.hasSuffix("int")
            return limits(Atom(html: Self.element("mo", symbol), takesLimits: !isIntegral))
        }
        if TeXSymbols.functions.contains(name) {
            return limits(Atom(html: Self.element("mi", name), takesLimits: TeXSymbols.limitFunctions.contains(name)))
        }
        if let width = TeXSymbols.spaces[name] { return Atom(html: "<mspace width=\"\(width)em\"></mspace>") }
        if let alphabet = TeXAlphabet(command: name) { return styled(alphabet) }
        if let accent = TeXSymbols.accents[name] {
            return Atom(html: "<mover accent=\"true\">\(argument())\(Self.element("mo", accent))</mover>")
        }
        return structure(name)
    }

    private mutating func structure(_ name: String) -> Atom {
        switch name {
        case "frac", "dfrac", "tfrac": return Atom(html: "<mfrac>\(argument())\(argument())</mfrac>")
        case "binom":
            let fraction = "<mfrac linethickness=\"0\">\(argument())\(argument())</mfrac>"
            return Atom(html: "<mrow><mo>(</mo>\(fraction)<mo>)</mo></mrow>")
        case "sqrt": return root()
        case "text", "textrm", "textbf", "textit", "texttt", "mbox", "textsf":
            guard let words = words() else { return fail() }
            // MathML drops spaces at the ends.
            return Atom(html: Self.element("mtext", words.replacing(" ", with: "\u{A0}")))
        case "operatorname":
            guard let words = words() else { return fail() }
            return Atom(html: Self.element("mi", words))
        case "underline": return Atom(html: "<munder>\(argument())<mo>_</mo></munder>")
        case "underbrace": return Atom(html: "<munder>\(argument())<mo>⏟</mo></munder>", takesLimits: true)
        case "overset": return stacked("mover")
        case "underset": return stacked("munder")
        case "left": return fenced()
        case "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "middle":
            guard let delimiter = delimiter() else { return fail() }
            return Atom(html: delimiter)
        case "begin": return environment()
        case "displaystyle", "textstyle", "limits", "nolimits", "nonumber", "!": return Atom(html: "")
        default: return fail()
        }
    }

    private mutating func limits(_ atom: Atom) -> Atom {
        var atom = atom
        skipSpaces()
        let start = index
        guard peek() == "\\" else { return atom }
        switch command() {
        case "limits": atom.takesLimits = true
        case "nolimits": atom.takesLimits = false
        default: index = start
        }
        return atom
    }

    private mutating func styled(_ alphabet: TeXAlphabet) -> Atom {
        let before = self.alphabet
        self.alphabet = alphabet
        defer { self.alphabet = before }
        return Atom(html: argument())
    }

    private mutating func root() -> Atom {
        skipSpaces()
        guard take("[") else { return Atom(html: "<msqrt>\(argument())</msqrt>") }
        let (degree, end) = row(inBracket: true)
        guard end == .bracket else { return fail() }
        return Atom(html: "<mroot>\(argument())\(degree)</mroot>")
    }

    private mutating func stacked(_ element: String) -> Atom {
        let script = argument()
        return Atom(html: "<\(element)>\(argument())\(script)</\(element)>")
    }

    /// The next delimiter as an operator; a full stop is none.
    private mutating func delimiter() -> String? {
        skipSpaces()
        guard let next = peek() else { return nil }
        guard next != "\\" else {
            return TeXSymbols.operators[command()].map { Self.element("mo", $0) }
        }
        index += 1
        if next == "." { return "" }
        let known = "()[]|/<>".unicodeScalars.contains(next)
        return known ? Self.element("mo", next == "<" ? "⟨" : next == ">" ? "⟩" : String(Character(next))) : nil
    }

    private mutating func fenced() -> Atom {
        guard let open = delimiter() else { return fail() }
        let (content, end) = row()
        guard end == .right, let close = delimiter() else { return fail() }
        return Atom(html: "<mrow>\(open)\(content)\(close)</mrow>")
    }

    private mutating func environment() -> Atom {
        guard let name = words(), let form = TeXSymbols.environments[name] else { return fail() }
        if name == "array" { guard words() != nil else { return fail() } }
        var rows: [String] = []
        var cells: [String] = []
        while true {
            let (cell, end) = row()
            cells.append("<mtd>\(cell)</mtd>")
            if end == .cell { continue }
            rows.append("<mtr>\(cells.joined())</mtr>")
            cells = []
            if end == .line { continue }
            guard end == .environment, words() == name else { return fail() }
            break
        }
        // A line's end at the very end begins no line.
        if rows.count > 1, rows.last == "<mtr><mtd><mrow></mrow></mtd></mtr>" { rows.removeLast() }
        let align = form.align.map { " columnalign=\"\($0)\"" } ?? ""
        let table = "<mtable\(align)>\(rows.joined())</mtable>"
        func fence(_ text: String) -> String { text.isEmpty ? "" : Self.element("mo", text) }
        return Atom(html: "<mrow>\(fence(form.open))\(table)\(fence(form.close))</mrow>")
    }
}
