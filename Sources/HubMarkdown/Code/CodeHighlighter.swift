// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Source code as HTML with its words coloured: `<span class="hl-k">` keywords, `hl-s` strings, `hl-c` comments,
/// `hl-n` numbers, `hl-f` functions and keys; in diffs `hl-i` and `hl-d` for lines that came and went.
///
/// Nothing is understood but words; so this is fast, takes linear time, and never fails.
public enum CodeHighlighter {
    /// Longer code, in bytes of UTF-8, stays plain.
    public static let maximumBytes = 512 << 10

    /// The code, escaped, in spans; to be put into `<pre><code>`. A language that is not known gives plain text.
    ///
    /// - Parameter language: as behind a fence, in any case: "python", "py", "c++".
    public static func html(code: String, language: String) -> String {
        let bytes = Array(code.utf8)
        var painter = CodePainter()
        guard bytes.count <= maximumBytes, let language = CodeLanguage.named(language) else {
            painter.plain(bytes[...])
            return painter.out.string()
        }
        switch language.form {
        case .words(let words):
            var lexer = WordLexer(bytes, words, painter)
            return lexer.run()
        case .markup: return MarkupLexer.html(bytes, painter)
        case .diff: return DiffLexer.html(bytes, painter)
        }
    }

    /// The name of the language of a file, by its name; nil for one that is not coloured.
    public static func language(forFile path: String) -> String? {
        let name = (path.split(separator: "/").last.map(String.init) ?? path).lowercased()
        if let known = CodeLanguage.fileNames[name] { return known }
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let suffix = String(name[name.index(after: dot)...])
        return CodeLanguage.suffixes[suffix]
    }
}
