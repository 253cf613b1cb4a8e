// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The file list of a commit, asked about by name, extension and size.
struct RepoFiles: Sendable {
    let files: [(path: String, size: Int64)]
    private let paths: Set<String>
    /// Lower-case extension → number of files.
    private let extensions: [String: Int]

    init(_ files: [(path: String, size: Int64)]) {
        self.files = files
        paths = Set(files.map(\.path))
        var extensions: [String: Int] = [:]
        for file in files { extensions[Self.fileExtension(of: file.path), default: 0] += 1 }
        self.extensions = extensions
    }

    func has(_ path: String) -> Bool { paths.contains(path) }

    func count(_ fileExtension: String) -> Int { extensions[fileExtension] ?? 0 }

    func has(extension fileExtension: String) -> Bool { count(fileExtension) > 0 }

    func contains(where predicate: (Substring) -> Bool) -> Bool {
        files.contains { predicate(Self.name(of: $0.path)) }
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
