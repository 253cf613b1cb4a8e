// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Ids of headings by GitHub's rule: lower case, spaces as dashes, no punctuation, and a number for what comes again.
struct Slugs {
    let prefix: String
    private var taken: [String: Int] = [:]

    init(prefix: String) { self.prefix = prefix }

    mutating func id(for text: String) -> String {
        let base = Self.slug(text)
        var slug = base
        // The counter of the base grows with each try, so that no number is tried twice.
        while taken[slug] != nil {
            let number = taken[base, default: 0] + 1
            taken[base] = number
            slug = "\(base)-\(number)"
        }
        taken[slug] = 0
        return prefix + slug
    }

    static func slug(_ text: String) -> String {
        var slug = ""
        for scalar in text.lowercased().unicodeScalars.prefix(200) {
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
                .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .connectorPunctuation:
                slug.unicodeScalars.append(scalar)
            case .spaceSeparator: slug.append("-")
            default: if scalar == "-" { slug.append("-") }
            }
        }
        return slug
    }
}
