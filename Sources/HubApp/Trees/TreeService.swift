// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

/// Listings of what a commit holds.
public struct TreeService: Sendable {
    let hub: Hub

    /// A page of entries, and where the next one begins.
    public struct Page: Sendable {
        public let entries: JSONValue
        public let commit: GitOID
        /// The path the next page comes after, if there is one.
        public let next: String?
    }

    /// Entries per page: looking for last commits costs more, so the pages are smaller.
    static func pageSize(expand: Bool) -> Int { expand ? 50 : 1000 }

    /// A page of a folder of a revision.
    /// - Throws: ``HubError/Code/entryNotFound`` if `path` is absent or a file.
    public func list(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        path: RepoPath?,
        recursive: Bool,
        expand: Bool,
        after: String?,
        limit: Int?,
        viewer: Viewer
    ) async throws -> Page {
        let size = max(1, min(limit ?? .max, Self.pageSize(expand: expand)))
        return try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .readFiles)
            let commit = try tx.resolve(revision, in: repo)
            let reader = TreeReader(tx)
            var folder = commit.tree
            if let path {
                guard let entry = try reader.entry(at: path, root: commit.tree), entry.isFolder else {
                    throw HubError.entryNotFound(path.text, commit: commit.oid)
                }
                folder = entry.oid
            }
            // The cursor is relative to the folder: it is only ever what `next` said.
            let prefix = path?.text ?? ""
            var page: [LocatedEntry] = []
            var more = false
            try reader.walk(folder, prefix: prefix, recursive: recursive, after: after) { located in
                guard page.count < size else {
                    more = true
                    return false
                }
                page.append(located)
                return true
            }
            let next = more ? page.last.map { String($0.path.dropFirst(prefix.isEmpty ? 0 : prefix.count + 1)) } : nil
            let presenter = EntryPresenter(
                tx: tx,
                reader: reader,
                repo: repo,
                commit: commit,
                showsSecrets: viewer.canWrite(repo)
            )
            return Page(entries: try presenter.json(page, expand: expand), commit: commit.oid, next: next)
        }
    }

    /// The entries at `paths`; those that are not there are left out.
    public func pathsInfo(
        _ kind: RepoKind,
        _ id: RepoID,
        _ revision: Revision,
        paths: [String],
        expand: Bool,
        viewer: Viewer
    ) async throws -> (entries: JSONValue, commit: GitOID) {
        try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .readFiles)
            let commit = try tx.resolve(revision, in: repo)
            let reader = TreeReader(tx)
            var found: [LocatedEntry] = []
            for text in paths {
                // A path that cannot exist is not there: the same answer as for any other that is missing.
                guard let path = try? RepoPath(text.trimmingSlashes),
                    let entry = try reader.entry(at: path, root: commit.tree)
                else { continue }
                found.append(LocatedEntry(path: path.text, entry: entry))
            }
            let presenter = EntryPresenter(
                tx: tx,
                reader: reader,
                repo: repo,
                commit: commit,
                showsSecrets: viewer.canWrite(repo)
            )
            return (try presenter.json(found, expand: expand), commit.oid)
        }
    }
}

extension String {
    var trimmingSlashes: String {
        var text = self[...]
        while text.hasPrefix("/") { text = text.dropFirst() }
        while text.hasSuffix("/") { text = text.dropLast() }
        return String(text)
    }
}
