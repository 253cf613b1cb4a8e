// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubMarkdown

@Suite struct MathMLTests {
    private func mathML(_ tex: String, isBlock: Bool = false) -> String? {
        var parser = TeXParser(Array(tex.utf8), isBlock: isBlock)
        // The row around everything says nothing.
        return parser.run().map { String($0.dropFirst("<mrow>".count).dropLast("</mrow>".count)) }
    }

    @Test(arguments: [
        ("x", "<mi>x</mi>"), ("12.5x", "<mn>12.5</mn><mi>x</mi>"), ("1.", "<mn>1</mn><mo>.</mo>"),
        ("a-b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
        ("x_1^2", "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"),
        ("x^2_1", "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"),
        ("x^12", "<msup><mi>x</mi><mn>1</mn></msup><mn>2</mn>"),
        ("x^{12}", "<msup><mi>x</mi><mrow><mn>12</mn></mrow></msup>"),
        ("f''", "<msup><mi>f</mi><mrow><mo>′′</mo></mrow></msup>"), ("^2", "<msup><mrow></mrow><mn>2</mn></msup>"),
        (#"\frac12"#, "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (#"\frac{a}\beta"#, "<mfrac><mrow><mi>a</mi></mrow><mi>β</mi></mfrac>"),
        (#"\sqrt x"#, "<msqrt><mi>x</mi></msqrt>"),
        (#"\sqrt[3]{x}"#, "<mroot><mrow><mi>x</mi></mrow><mrow><mn>3</mn></mrow></mroot>"),
        (#"\alpha\le\Omega"#, "<mi>α</mi><mo>≤</mo><mi>Ω</mi>"), (#"\sin x"#, "<mi>sin</mi><mi>x</mi>"),
        (#"a<b\&"#, "<mi>a</mi><mo>&lt;</mo><mi>b</mi><mi>&amp;</mi>"),
        (#"\mathbf{xA1}"#, "<mrow><mi mathvariant=\"normal\">𝐱</mi><mi mathvariant=\"normal\">𝐀</mi><mn>𝟏</mn></mrow>"),
        (#"\mathbb R"#, "<mi mathvariant=\"normal\">ℝ</mi>"),
        (#"\mathcal{L}"#, "<mrow><mi mathvariant=\"normal\">ℒ</mi></mrow>"),
        (#"\text{if <x>}"#, "<mtext>if\u{A0}&lt;x&gt;</mtext>"), (#"\operatorname{IoU}"#, "<mi>IoU</mi>"),
        (#"\hat{y}"#, "<mover accent=\"true\"><mrow><mi>y</mi></mrow><mo>^</mo></mover>"),
        (#"a\,b\quad"#, "<mi>a</mi><mspace width=\"0.17em\"></mspace><mi>b</mi><mspace width=\"1em\"></mspace>"),
        (#"\left( x \right."#, "<mrow><mo>(</mo><mrow><mi>x</mi></mrow></mrow>"),
        (#"\left\{x\right\}"#, "<mrow><mo>{</mo><mrow><mi>x</mi></mrow><mo>}</mo></mrow>"),
        (#"\binom nk"#, "<mrow><mo>(</mo><mfrac linethickness=\"0\"><mi>n</mi><mi>k</mi></mfrac><mo>)</mo></mrow>"),
        (#"\sum_i"#, "<msub><mo>∑</mo><mi>i</mi></msub>"),
        (#"[a,b]"#, "<mo>[</mo><mi>a</mi><mo>,</mo><mi>b</mi><mo>]</mo>"),
    ])
    func `TeX in a line`(_ tex: String, _ expected: String) {
        #expect(mathML(tex) == expected)
    }

    @Test(arguments: [
        (#"\sum_{i}^N x"#, "<munderover><mo>∑</mo><mrow><mi>i</mi></mrow><mi>N</mi></munderover><mi>x</mi>"),
        (#"\int_0^1"#, "<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>"),
        (#"\int\limits_0"#, "<munder><mo>∫</mo><mn>0</mn></munder>"),
        (#"\lim_x"#, "<munder><mi>lim</mi><mi>x</mi></munder>"),
        (
            #"\begin{pmatrix}a&b\\c&d\\\end{pmatrix}"#,
            """
            <mrow><mo>(</mo><mtable><mtr><mtd><mrow><mi>a</mi></mrow></mtd><mtd><mrow><mi>b</mi></mrow></mtd></mtr>\
            <mtr><mtd><mrow><mi>c</mi></mrow></mtd><mtd><mrow><mi>d</mi></mrow></mtd></mtr></mtable><mo>)</mo></mrow>
            """
        ),
    ])
    func `TeX in a block`(_ tex: String, _ expected: String) {
        #expect(mathML(tex, isBlock: true) == expected)
    }

    @Test(arguments: [
        #"\foo"#, "{", "}", #"\frac1"#, #"\left(x"#, #"\right)"#, #"\begin{x}\end{x}"#, #"\begin{matrix}a"#,
        #"\begin{matrix}a\end{cases}"#, "a&b",
        #"a\\b"#, "x_1_2", "x^", #"\sqrt[3"#, #"\text{a"#, #"\href{javascript:x}{y}"#, "", #"\"#, "#1", #"\left"#,
        #"\text{\x}"#,
    ])
    func `what is not known stays TeX`(_ tex: String) {
        #expect(mathML(tex) == nil)
        #expect(
            MathHTML.html(.init(source: [], tex: Array(tex.utf8), isBlock: false)).hasPrefix("<span class=\"math\">")
        )
    }

    @Test func `a formula that is too deep or too long stays TeX`() {
        #expect(mathML(String(repeating: "{", count: 200) + String(repeating: "}", count: 200)) == nil)
        #expect(mathML(String(repeating: #"\sqrt"#, count: 1000) + "x") == nil)
        #expect(mathML(String(repeating: "x", count: TeXParser.maximumBytes + 1)) == nil)
    }

    @Test func `the element holds its TeX`() {
        #expect(
            html("$a<b$")
                == """
                <p><math class="math"><semantics><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>\
                <annotation encoding="application/x-tex">a&lt;b</annotation></semantics></math></p>
                """
        )
        #expect(html("$$x$$").contains("<math class=\"math math-block\" display=\"block\">"))
        #expect(html("```math\nx\n```").contains("display=\"block\""))
    }

    @Test func `nothing of the corpus comes through as TeX`() {
        for vector in CorpusTests.vectors {
            for tex in [vector, "\\text{\(vector)}", "\\frac{\(vector)}{\(vector)}", "\\left\(vector)\\right\(vector)"]
            {
                let html = MathHTML.html(.init(source: [], tex: Array(tex.utf8), isBlock: true))
                #expect(StrictHTML(html).problems.isEmpty, "\(tex)")
            }
        }
    }
}
