// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The file list of a commit, asked about by name, extension and size.
struct RepoFiles: Sendable {
    let paths: [String]
    private let known: Set<String>
    /// Lower-case extension → number of files.
    private let extensions: [String: Int]

    init(_ paths: [String]) {
        self.paths = paths
        known = Set(paths)
        var extensions: [String: Int] = [:]
        for path in paths { extensions[Self.fileExtension(of: path), default: 0] += 1 }
        self.extensions = extensions
    }

    func has(_ path: String) -> Bool { known.contains(path) }

    func count(_ fileExtension: String) -> Int { extensions[fileExtension] ?? 0 }

    func has(extension fileExtension: String) -> Bool { count(fileExtension) > 0 }

    func contains(where predicate: (Substring) -> Bool) -> Bool {
        paths.contains { predicate(Self.name(of: $0)) }
    }

    /// The part of a path after the last slash.
    static func name(of path: String) -> Substring {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.utf8.index(after: $0)...] } ?? path[...]
    }

    /// Lower-case, without the dot; empty for none.
    static func fileExtension(of path: String) -> String {
        let name = name(of: path)
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return "" }
        return name[name.utf8.index(after: dot)...].lowercased()
    }
}
