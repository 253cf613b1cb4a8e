// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Addresses of pages, on this hub: the only place that knows how they are made.
enum SiteURL {
    static func repo(_ kind: RepoKind, _ id: String) -> String {
        let prefix = kind == .model ? "/" : "/\(kind.plural)/"
        return prefix + path(id)
    }

    static func repo(_ kind: RepoKind, _ id: RepoID) -> String { repo(kind, id.description) }

    /// `{repo}/{verb}/{revision}/{path}`: tree, blob, resolve, raw, commits, edit, upload.
    static func file(_ repo: String, _ verb: String, _ revision: String, _ path: String = "") -> String {
        "\(repo)/\(verb)/\(PercentCoding.encode(revision))" + (path.isEmpty ? "" : "/\(Self.path(path))")
    }

    static func commit(_ repo: String, _ oid: String) -> String { "\(repo)/commit/\(oid)" }

    static func account(_ name: String) -> String { "/" + path(name) }

    static func task(_ id: String) -> String { "/tasks/" + path(id) }

    /// Encodes each segment.
    static func path(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { PercentCoding.encode(String($0)) }
            .joined(separator: "/")
    }

    static func query(_ path: String, _ items: [(name: String, value: String)]) -> String {
        guard !items.isEmpty else { return path }
        return path + "?"
            + items.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
    }
}
