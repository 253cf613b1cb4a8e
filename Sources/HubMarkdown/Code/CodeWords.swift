// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The words of a language: enough to tell keywords, strings, comments and numbers apart.
struct CodeWords: Sendable {
    struct Quote: Sendable {
        let open: [UInt8]
        let close: [UInt8]
        /// Whether it may run over a line's end.
        let isLong: Bool
        /// Whether a backslash takes the next character with it.
        let escapes: Bool

        init(_ open: String, _ close: String? = nil, isLong: Bool = false, escapes: Bool = true) {
            self.open = Array(open.utf8)
            self.close = Array((close ?? open).utf8)
            self.isLong = isLong
            self.escapes = escapes
        }
    }

    /// What a string, or a name before a colon or equals sign, is painted as.
    enum Keys: Sendable {
        case none
        /// A string before ":" is a key.
        case strings
        /// The first name of a line before that character is a key.
        case lines(UInt8)
    }

    let keywords: Set<String>
    var ignoresCase = false
    let lineComments: [[UInt8]]
    /// Whether a line comment begins only at a line's start or behind a space.
    var commentsNeedSpace = false
    var blockComment: Quote?
    /// The longer before the shorter.
    let quotes: [Quote]
    var keys = Keys.none
    /// What may stand in names beside letters, digits and "_".
    var nameMarks: [UInt8] = []
    /// What may stand before a name and is painted with it: "@" of decorators, "#" of directives.
    var sigils: [UInt8] = []
    /// Whether a name before "(" is a function.
    var hasCalls = true
    /// Lines that do not begin with a prompt are what a program said.
    var hasPrompts = false

    init(_ keywords: String, comments: [String], quotes: [Quote]) {
        self.keywords = Set(keywords.split(separator: " ").map(String.init))
        lineComments = comments.map { Array($0.utf8) }
        self.quotes = quotes
    }

    func with(_ change: (inout CodeWords) -> Void) -> CodeWords {
        var copy = self
        change(&copy)
        return copy
    }
}
