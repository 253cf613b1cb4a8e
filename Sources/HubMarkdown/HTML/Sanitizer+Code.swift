// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension Sanitizer {
    /// A block of code is coloured here if it holds nothing but code; any other `<pre>` is an element like others.
    mutating func preformatted(_ attributes: HTMLAttributes) {
        let before = tokens.index
        guard let (code, name) = codeBlock() else {
            tokens.index = before
            return open("pre", as: "pre", attributes)
        }
        guard prepare(for: "pre") else { return }
        let source = HTMLEntities.decoded(math.restored(code)[...])
        heading?.text.append(contentsOf: source)
        switch name {
        case "mermaid":
            out.raw("<pre class=\"mermaid-text\">")
            out.escaped(source[...])
            out.raw("</pre>")
        case "math":
            out.raw("<p>" + MathHTML.html(MathSpans.Formula(source: source, tex: source, isBlock: true)) + "</p>")
        default:
            out.raw("<pre")
            if let name { out.raw(" data-language=\"\(name)\"") }
            out.raw("><code>")
            let text = String(decoding: source, as: UTF8.self)
            out.raw(CodeHighlighter.html(code: text, language: name ?? ""))
            out.raw("</code></pre>")
        }
    }

    /// What follows `<pre>` up to `</code></pre>`, and the name of its language.
    private mutating func codeBlock() -> (ArraySlice<UInt8>, String?)? {
        guard case .start("code", let attributes) = tokens.next(), let second = tokens.next() else { return nil }
        var code: ArraySlice<UInt8> = []
        switch second {
        case .text(let text):
            code = text
            guard case .end("code") = tokens.next() else { return nil }
        case .end("code"): break
        default: return nil
        }
        guard case .end("pre") = tokens.next() else { return nil }
        guard let name = word(attributes["class"]), name.hasPrefix("language-") else { return (code, nil) }
        // Some write "python:file.py" or "{python}" behind the fence; the first word is the language.
        let language = name.dropFirst("language-".count).utf8.drop { $0 == UInt8(ascii: "{") }
            .prefix { $0.isASCIILetter || $0.isASCIIDigit || "+#-_".utf8.contains($0) }
        let known = String(decoding: language, as: UTF8.self)
        return (code, known.isEmpty || known.utf8.count > 32 ? nil : known)
    }

    /// Only what a task list shows: a box that is checked or not and cannot be changed.
    mutating func checkbox(_ attributes: HTMLAttributes) {
        guard word(attributes["type"]) == "checkbox", attributes["disabled"] != nil, index(of: "li") != nil else {
            return
        }
        out.raw("<input type=\"checkbox\" class=\"task\" disabled=\"\"")
        if attributes["checked"] != nil { out.raw(" checked=\"\"") }
        out.raw(">")
    }
}
