// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Papers a card's text links to.
enum TextReferences {
    /// More references than this are not looked for.
    static let maximumCount = 100

    /// The ids of `arxiv.org/abs/…` and `arxiv.org/pdf/…` links, without versions, in order, each once.
    static func arxiv(in text: String) -> [String] {
        var ids: [String] = []
        for marker in ["arxiv.org/abs/", "arxiv.org/pdf/"] {
            for rest in occurrences(of: marker, in: text) {
                guard let id = arxivID(rest), !ids.contains(id), ids.count < maximumCount else { continue }
                ids.append(id)
            }
        }
        return ids
    }

    /// The names of `doi.org/10.…` links, in order, each once.
    static func doi(in text: String) -> [String] {
        var names: [String] = []
        for rest in occurrences(of: "doi.org/", in: text) {
            let name = rest.prefix { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
            var text = String(decoding: name, as: UTF8.self)
            while text.hasSuffix(".") || text.hasSuffix("/") { text.removeLast() }
            guard text.hasPrefix("10."), text.utf8.contains(UInt8(ascii: "/")), !names.contains(text),
                names.count < maximumCount
            else { continue }
            names.append(text)
        }
        return names
    }

    /// `2010.11929`: four digits, a dot, four or five digits.
    private static func arxivID(_ bytes: Substring.UTF8View) -> String? {
        let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        let month = bytes.prefix(while: isDigit)
        guard month.count == 4, bytes.dropFirst(4).first == UInt8(ascii: ".") else { return nil }
        let number = bytes.dropFirst(5).prefix(while: isDigit)
        guard (4...5).contains(number.count) else { return nil }
        return String(decoding: bytes.prefix(5 + number.count), as: UTF8.self)
    }

    /// What follows each place `marker` stands at.
    private static func occurrences(of marker: String, in text: String) -> [Substring.UTF8View] {
        let utf8 = text.utf8
        let pattern = Array(marker.utf8)
        guard let first = pattern.first else { return [] }
        var found: [Substring.UTF8View] = []
        var at = utf8.startIndex
        while let hit = utf8[at...].firstIndex(of: first) {
            let rest = utf8[hit...]
            if rest.starts(with: pattern) { found.append(rest.dropFirst(pattern.count)) }
            at = utf8.index(after: hit)
        }
        return found
    }
}
