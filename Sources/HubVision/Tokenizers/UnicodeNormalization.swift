// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(Darwin)
import Foundation
#else
@_spi(_Unicode) import Swift
#endif

/// Text as its scalars. Tokenizers compare text by these: `String` holds letters with composed and with separate accents
/// for equal.
typealias Scalars = [Unicode.Scalar]

enum UnicodeNormalization {
    /// Canonical composition.
    static func nfc(_ text: Scalars) -> Scalars {
        if text.allSatisfy({ $0.value < 0x300 }) { return text }
        #if canImport(Darwin)
        return Scalars(String(text).precomposedStringWithCanonicalMapping.unicodeScalars)
        #else
        return Scalars(String(text)._nfc)
        #endif
    }

    /// Canonical decomposition.
    static func nfd(_ text: Scalars) -> Scalars {
        if text.allSatisfy(\.isASCII) { return text }
        #if canImport(Darwin)
        return Scalars(String(text).decomposedStringWithCanonicalMapping.unicodeScalars)
        #else
        return Scalars(String(text)._nfd)
        #endif
    }
}

extension String {
    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}

/// A token's text by its bytes: equal only when all of them are.
struct TokenText: Hashable, Sendable {
    let utf8: [UInt8]

    init(_ text: String) { utf8 = Array(text.utf8) }

    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var bytes: [UInt8] = []
        for scalar in scalars { bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter) }
        utf8 = bytes
    }

    init(utf8: some Sequence<UInt8>) { self.utf8 = Array(utf8) }
}

extension Unicode.Scalar {
    var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    var isNumber: Bool {
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    var isPunctuation: Bool {
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }

    /// Punctuation and, in ASCII, everything that is neither letter, digit nor space.
    var isBertPunctuation: Bool {
        switch value {
        case 33...47, 58...64, 91...96, 123...126: true
        default: isPunctuation
        }
    }

    var isSpace: Bool { properties.isWhitespace }

    var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}
