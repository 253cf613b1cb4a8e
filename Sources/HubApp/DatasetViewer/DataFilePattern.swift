// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTransfer

/// A glob that names data files, with what `datasets` leaves out unless the pattern asks for it.
struct DataFilePattern {
    private static let ignored: Set<String> = [
        "README.md", "config.json", "dataset_info.json", "dataset_infos.json", "dummy_data.zip", "dataset_dict.json",
    ]

    private let pattern: [UInt8]
    /// What every match begins with: looked at first, as repos have many files.
    private let prefix: ArraySlice<UInt8>
    private let name: Substring
    private let specialFolders: Int
    private let hiddenParts: Int

    init(_ text: String) {
        var text = text[...]
        while text.hasPrefix("./") { text = text.dropFirst(2) }
        pattern = Array(text.utf8)
        prefix = pattern.prefix { !"*?[\\".utf8.contains($0) }
        name = RepoFiles.name(of: String(text))
        (specialFolders, hiddenParts) = Self.counts(String(text))
    }

    func matches(_ path: String) -> Bool {
        guard path.utf8.starts(with: prefix) else { return false }
        let file = RepoFiles.name(of: path)
        guard file == name || !Self.ignored.contains(String(file)) else { return false }
        guard Self.counts(path) == (specialFolders, hiddenParts) else { return false }
        return pattern == Array("**".utf8) || Glob.matches(pattern, Array(path.utf8))
    }

    /// Folders that begin with two underscores, and parts that begin with a dot.
    private static func counts(_ path: String) -> (special: Int, hidden: Int) {
        let parts = path.split(separator: "/")
        return (
            parts.dropLast().count { $0.hasPrefix("__") },
            parts.count { $0.hasPrefix(".") && $0.contains { $0 != "." } }
        )
    }
}
