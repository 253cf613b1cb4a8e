// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What is known of a language.
struct CodeLanguage: Sendable {
    enum Form: Sendable {
        case words(CodeWords)
        case markup
        case diff
    }

    let form: Form

    static func named(_ name: String) -> CodeLanguage? {
        let name = name.lowercased()
        return all[aliases[name] ?? name]
    }

    private static let all: [String: CodeLanguage] = [
        "python": .init(form: .words(.python)), "bash": .init(form: .words(.bash)),
        "console": .init(form: .words(.console)), "json": .init(form: .words(.json)),
        "yaml": .init(form: .words(.yaml)), "toml": .init(form: .words(.toml)), "swift": .init(form: .words(.swift)),
        "javascript": .init(form: .words(.javascript)), "c": .init(form: .words(.c)), "sql": .init(form: .words(.sql)),
        "xml": .init(form: .markup), "diff": .init(form: .diff),
    ]

    private static let aliases: [String: String] = [
        "py": "python", "python3": "python", "pycon": "python", "ipython": "python", "pyi": "python",
        "sh": "bash", "shell": "bash", "zsh": "bash", "shellscript": "bash", "dockerfile": "bash", "makefile": "bash",
        "shell-session": "console", "sh-session": "console", "terminal": "console",
        "jsonc": "json", "json5": "json", "jsonl": "json", "ndjson": "json", "yml": "yaml", "ini": "toml",
        "cfg": "toml",
        "js": "javascript", "jsx": "javascript", "ts": "javascript", "tsx": "javascript", "typescript": "javascript",
        "node": "javascript", "cpp": "c", "c++": "c", "cc": "c", "cxx": "c", "h": "c", "hpp": "c", "cuda": "c",
        "cu": "c", "objc": "c", "html": "xml", "svg": "xml", "xhtml": "xml", "patch": "diff", "udiff": "diff",
        "sqlite": "sql", "mysql": "sql", "postgresql": "sql", "postgres": "sql",
    ]

    static let fileNames: [String: String] = [
        "dockerfile": "bash", "makefile": "bash", "pipfile": "toml", ".gitconfig": "toml", ".bashrc": "bash",
        "poetry.lock": "toml", "cargo.lock": "toml", "uv.lock": "toml",
    ]

    static let suffixes: [String: String] = [
        "py": "python", "pyi": "python", "pyw": "python", "sh": "bash", "bash": "bash", "zsh": "bash",
        "json": "json", "jsonl": "json", "ndjson": "json", "ipynb": "json", "geojson": "json", "webmanifest": "json",
        "yml": "yaml", "yaml": "yaml", "toml": "toml", "ini": "toml", "cfg": "toml", "swift": "swift",
        "js": "javascript", "mjs": "javascript", "cjs": "javascript", "jsx": "javascript", "ts": "javascript",
        "tsx": "javascript", "c": "c", "h": "c", "cc": "c", "cpp": "c", "cxx": "c", "hpp": "c", "hh": "c", "cu": "c",
        "cuh": "c", "m": "c", "mm": "c", "xml": "xml", "html": "xml", "htm": "xml", "svg": "xml", "xhtml": "xml",
        "sql": "sql", "diff": "diff", "patch": "diff",
    ]
}
