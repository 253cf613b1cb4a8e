// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// TeX's names of signs.
enum TeXSymbols {
    static let letters: [String: String] = [
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ",
        "eta": "η",
        "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
        "pi": "π",
        "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ",
        "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ",
        "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "infty": "∞",
        "partial": "∂", "nabla": "∇", "ell": "ℓ", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "emptyset": "∅", "varnothing": "∅",
        "top": "⊤", "bot": "⊥", "aleph": "ℵ", "imath": "ı", "jmath": "ȷ", "%": "%", "$": "$", "#": "#", "&": "&",
        "_": "_",
    ]

    static let operators: [String: String] = [
        "cdot": "⋅", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆", "circ": "∘",
        "bullet": "∙",
        "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "odot": "⊙", "cap": "∩", "cup": "∪", "setminus": "∖", "wedge": "∧",
        "land": "∧", "vee": "∨", "lor": "∨", "neg": "¬", "lnot": "¬", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
        "ne": "≠", "neq": "≠", "ll": "≪", "gg": "≫", "lt": "<", "gt": ">", "approx": "≈", "sim": "∼", "simeq": "≃",
        "cong": "≅", "equiv": "≡", "propto": "∝", "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆",
        "supset": "⊃", "supseteq": "⊇", "forall": "∀", "exists": "∃", "to": "→", "rightarrow": "→", "leftarrow": "←",
        "gets": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "implies": "⟹", "Leftarrow": "⇐", "iff": "⟺",
        "Leftrightarrow": "⇔", "mapsto": "↦", "longrightarrow": "⟶", "uparrow": "↑", "downarrow": "↓", "perp": "⟂",
        "parallel": "∥", "mid": "∣", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖",
        "|": "‖", "{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊",
        "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱",
        "colon": ":", "prime": "′", "triangleq": "≜", "models": "⊨", "vdash": "⊢", "angle": "∠", "dagger": "†",
        "backslash": "\\", "coloneqq": "≔", "odots": "…", "triangle": "△", "square": "□",
    ]

    /// Signs whose scripts stand above and below in a line of their own.
    static let large: [String: String] = [
        "sum": "∑", "prod": "∏", "coprod": "∐", "int": "∫", "iint": "∬", "iiint": "∭", "oint": "∮", "bigcup": "⋃",
        "bigcap": "⋂", "bigoplus": "⨁", "bigotimes": "⨂", "bigwedge": "⋀", "bigvee": "⋁",
    ]

    static let functions: Set<String> = [
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log", "ln",
        "lg",
        "exp", "max", "min", "sup", "inf", "lim", "limsup", "liminf", "arg", "det", "dim", "ker", "deg", "gcd", "hom",
        "Pr",
    ]

    static let limitFunctions: Set<String> = [
        "max", "min", "sup", "inf", "lim", "limsup", "liminf", "det", "gcd", "Pr",
    ]

    /// In widths of an "m".
    static let spaces: [String: String] = [
        ",": "0.17", ":": "0.22", ">": "0.22", ";": "0.28", " ": "0.25", "quad": "1", "qquad": "2", "\n": "0.25",
    ]

    static let accents: [String: String] = [
        "hat": "^", "widehat": "^", "bar": "¯", "overline": "¯", "tilde": "~", "widetilde": "~", "vec": "→", "dot": "˙",
        "ddot": "¨", "check": "ˇ", "breve": "˘", "acute": "´", "grave": "`", "overbrace": "⏞", "overrightarrow": "→",
    ]

    struct Environment: Sendable {
        var open = ""
        var close = ""
        var align: String?
    }

    static let environments: [String: Environment] = [
        "matrix": Environment(), "smallmatrix": Environment(), "array": Environment(),
        "pmatrix": Environment(open: "(", close: ")"), "bmatrix": Environment(open: "[", close: "]"),
        "Bmatrix": Environment(open: "{", close: "}"), "vmatrix": Environment(open: "|", close: "|"),
        "Vmatrix": Environment(open: "‖", close: "‖"), "cases": Environment(open: "{", align: "left"),
        "aligned": aligned, "align": aligned, "align*": aligned, "split": aligned, "gathered": Environment(),
        "gather": Environment(), "gather*": Environment(), "equation": Environment(), "equation*": Environment(),
    ]

    private static let aligned = Environment(align: "right left right left")
}
