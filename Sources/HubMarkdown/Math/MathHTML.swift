// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A formula as an element of the page.
enum MathHTML {
    static func html(_ formula: MathSpans.Formula) -> String {
        var out = HTMLOutput(limit: .max)
        out.raw(formula.isBlock ? "<span class=\"math math-block\">" : "<span class=\"math\">")
        out.escaped(formula.tex[...])
        out.raw("</span>")
        return out.string()
    }
}
