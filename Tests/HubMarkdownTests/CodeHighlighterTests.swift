// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubMarkdown

@Suite struct CodeHighlighterTests {
    /// Spans as brackets, `k[def]`, so that what is expected can be read.
    private func marked(_ code: String, _ language: String) -> String {
        CodeHighlighter.html(code: code, language: language).replacing("<span class=\"hl-", with: "")
            .replacing("\">", with: "[").replacing("</span>", with: "]").replacing("&quot;", with: "\"")
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }

    @Test(arguments: [
        (
            "python",
            "@dec\nasync def f(x=1e-3):  # no\n    return f\"{x}\" + '''a\nb''' if None else g(x_1)",
            "f[@dec]\nk[async] k[def] f[f](x=n[1e-3]):  c[# no]\n    k[return] fs[\"{x}\"] + s['''a\nb'''] k[if] k[None] k[else] f[g](x_1)"
        ),
        ("py", "'a\\'b' \"open\nx", "s['a\\'b'] s[\"open]\nx"),
        ("bash", "export A=\"$B #\" # c\necho $HOME a#b", "k[export] A=s[\"$B #\"] c[# c]\nk[echo] f[$HOME] a#b"),
        ("console", "$ echo 'a'\nif 1\n# c", "c[$] k[echo] s['a']\nif 1\nc[# c]"),
        ("json", "{\"a\": [1, -2.5e3, true, \"b\"]}", "{f[\"a\"]: [n[1], -n[2.5e3], k[true], s[\"b\"]]}"),
        ("yaml", "a-b: 1 # c\n- d: \"e: f\"\n  x: no#t", "f[a-b]: n[1] c[# c]\n- f[d]: s[\"e: f\"]\n  f[x]: k[no]#t"),
        ("toml", "[a]\nb.c = '\\' # d\n", "[a]\nf[b.c] = s['\\'] c[# d]\n"),
        (
            "swift", "@A func f() -> Int { /* x\n */ \"\\\"\" }",
            "f[@A] k[func] f[f]() -> Int { c[/* x\n */] s[\"\\\"\"] }"
        ),
        ("js", "const $a = `x\n${y}`; // z", "k[const] $a = s[`x\n${y}`]; c[// z]"),
        (
            "cpp", "#include <a.h>\nint main() { return 0xFF'u'; }",
            "k[#include] <a.h>\nk[int] f[main]() { k[return] n[0xFF]s['u']; }"
        ),
        (
            "SQL", "SELECT count(*) FROM t WHERE a = 'it''s' -- c",
            "k[SELECT] f[count](*) k[FROM] t k[WHERE] a = s['it']s['s'] c[-- c]"
        ),
        ("html", "<a href=\"x\">y & z</a><!-- c --> 1 < 2", "<k[a] f[href]=s[\"x\"]>y & z<k[/a]>c[<!-- c -->] 1 < 2"),
        ("diff", "--- a\n+++ b\n@@ -1 @@\n-x\n+y\n z", "c[--- a]\nc[+++ b]\nk[@@ -1 @@]\nd[-x]\ni[+y]\n z"),
        ("brainfuck", "def <b>", "def <b>"), ("", "", ""),
    ])
    func `words in colour`(_ language: String, _ code: String, _ expected: String) {
        #expect(marked(code, language) == expected)
    }

    @Test(arguments: [
        ("a/b.py", "python"), ("README.JSON", "json"), ("Dockerfile", "bash"), ("x.cu", "c"), ("x.patch", "diff"),
        ("x.svg", "xml"),
    ])
    func `languages of files`(_ path: String, _ language: String) {
        #expect(CodeHighlighter.language(forFile: path) == language)
    }

    @Test(arguments: ["model.safetensors", "LICENSE", ".gitattributes", "a.b/c", ""])
    func `files that are not coloured`(_ path: String) {
        #expect(CodeHighlighter.language(forFile: path) == nil)
    }

    @Test func `nothing is lost but colour`() {
        for vector in CorpusTests.vectors {
            for language in [
                "python", "bash", "console", "json", "yaml", "toml", "swift", "js", "c", "sql", "xml", "diff",
            ] {
                let html = CodeHighlighter.html(code: vector, language: language)
                #expect(StrictHTML(html).problems.isEmpty, "\(language): \(vector)")
                let text = marked(vector, language).filter { !"[]kscnfid".contains($0) }
                let source = vector.replacing("&quot;", with: "\"").replacing("&lt;", with: "<")
                    .replacing("&gt;", with: ">").replacing("&amp;", with: "&").filter { !"[]kscnfid".contains($0) }
                let printable = source.unicodeScalars.filter {
                    $0.value >= 0x20 && $0.value != 0x7F || "\n\t\r".unicodeScalars.contains($0)
                }
                if !vector.contains("&"), !vector.contains("\">") {
                    #expect(text == String(String.UnicodeScalarView(printable)))
                }
            }
        }
    }

    @Test(arguments: [
        ("```python\nif\n```", "<pre data-language=\"python\"><code><span class=\"hl-k\">if</span>\n</code></pre>"),
        ("```{python} x\nif\n```", "<pre data-language=\"python\"><code><span class=\"hl-k\">if</span>\n</code></pre>"),
        ("```unknown\nif\n```", "<pre data-language=\"unknown\"><code>if\n</code></pre>"),
        ("```mermaid\na-->b\n```", "<pre class=\"mermaid-text\">a--&gt;b\n</pre>"),
        ("<pre>a <b>c</b></pre>", "<pre>a <b>c</b></pre>"),
    ])
    func `blocks of code`(_ text: String, _ expected: String) {
        #expect(html(text) == expected)
    }
}
