// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A formula as an element of the page: MathML, which browsers show by themselves, or its TeX where that says more than
/// is known here.
enum MathHTML {
    static func html(_ formula: MathSpans.Formula) -> String {
        let name = formula.isBlock ? "math math-block" : "math"
        var out = HTMLOutput(limit: .max)
        var parser = TeXParser(formula.tex, isBlock: formula.isBlock)
        if let content = parser.run() {
            out.raw("<math class=\"\(name)\"\(formula.isBlock ? " display=\"block\"" : "")><semantics>\(content)")
            // For whoever copies or reads aloud; browsers do not show it.
            out.raw("<annotation encoding=\"application/x-tex\">")
            out.escaped(formula.tex[...])
            out.raw("</annotation></semantics></math>")
        } else {
            out.raw("<span class=\"\(name)\">")
            out.escaped(formula.tex[...])
            out.raw("</span>")
        }
        return out.string()
    }
}
