// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The letters that TeX's font commands stand for, as characters of their own: MathML has no fonts.
enum TeXAlphabet: Sendable {
    case italic
    case upright
    case bold
    case doubleStruck
    case script
    case fraktur
    case sansSerif
    case monospace

    init?(command: String) {
        switch command {
        case "mathrm", "mathup": self = .upright
        case "mathbf", "boldsymbol", "bm", "pmb": self = .bold
        case "mathbb": self = .doubleStruck
        case "mathcal", "mathscr": self = .script
        case "mathfrak": self = .fraktur
        case "mathsf": self = .sansSerif
        case "mathtt": self = .monospace
        case "mathit": self = .italic
        default: return nil
        }
    }

    /// Where "A", "a" and "0" of the alphabet are; nil for what it does not have.
    private var starts: (upper: UInt32, lower: UInt32, digit: UInt32?)? {
        switch self {
        case .italic, .upright: nil
        case .bold: (0x1D400, 0x1D41A, 0x1D7CE)
        case .doubleStruck: (0x1D538, 0x1D552, 0x1D7D8)
        case .script: (0x1D49C, 0x1D4B6, nil)
        case .fraktur: (0x1D504, 0x1D51E, nil)
        case .sansSerif: (0x1D5A0, 0x1D5BA, 0x1D7E2)
        case .monospace: (0x1D670, 0x1D68A, 0x1D7F6)
        }
    }

    /// Letters that Unicode had before the alphabets.
    private var older: [Unicode.Scalar: String] {
        switch self {
        case .doubleStruck: ["C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"]
        case .script:
            [
                "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ", "g": "ℊ",
                "o": "ℴ",
            ]
        case .fraktur: ["C": "ℭ", "H": "ℌ", "I": "ℑ", "R": "ℜ", "Z": "ℨ"]
        default: [:]
        }
    }

    func letter(_ scalar: Unicode.Scalar) -> String {
        let plain = String(Character(scalar))
        guard let starts else { return plain }
        if let old = older[scalar] { return old }
        let code: UInt32?
        switch scalar {
        case "A"..."Z": code = starts.upper + scalar.value - 0x41
        case "a"..."z": code = starts.lower + scalar.value - 0x61
        case "0"..."9": code = starts.digit.map { $0 + scalar.value - 0x30 }
        default: code = nil
        }
        return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? plain
    }
}
