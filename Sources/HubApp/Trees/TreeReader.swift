// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// A file or folder somewhere in a tree.
struct LocatedEntry: Sendable {
    let path: String
    let entry: TreeObject.Entry
}

/// Reads trees, each at most once. Made for one transaction.
final class TreeReader {
    private let tx: ReadTransaction
    private var cache: [GitOID: TreeObject] = [:]

    init(_ tx: ReadTransaction) { self.tx = tx }

    func tree(_ oid: GitOID) throws -> TreeObject {
        if let tree = cache[oid] { return tree }
        do {
            let tree = try TreeObject(parsing: try tx.treeData(oid))
            cache[oid] = tree
            return tree
        } catch let error as TreeObject.ParseError {
            throw HubError(.corrupt, "The tree \(oid) is damaged", cause: error)
        }
    }

    /// What lies at `path`, or `nil`.
    func entry(at path: RepoPath, root: GitOID) throws -> TreeObject.Entry? {
        var current = root
        var segments = path.segments[...]
        while let name = segments.popFirst() {
            guard let entry = try tree(current)[name] else { return nil }
            if segments.isEmpty { return entry }
            guard entry.isFolder else { return nil }
            current = entry.oid
        }
        return nil
    }

    /// Entries below a folder in git's order, each folder before what is in it.
    /// - Parameters:
    ///   - prefix: the folder's path, or nothing for the root.
    ///   - after: only what comes after this path.
    ///   - body: return `false` to stop.
    func walk(
        _ oid: GitOID,
        prefix: String,
        recursive: Bool,
        after: String? = nil,
        _ body: (LocatedEntry) throws -> Bool
    ) throws {
        _ = try walk(
            oid,
            prefix: prefix,
            recursive: recursive,
            after: after.map { $0.split(separator: "/")[...] },
            body
        )
    }

    private func walk(
        _ oid: GitOID,
        prefix: String,
        recursive: Bool,
        after: ArraySlice<Substring>?,
        _ body: (LocatedEntry) throws -> Bool
    ) throws -> Bool {
        var after = after
        var entries = try tree(oid).entries[...]
        // Skip up to and including the one the last page ended with; go on inside it if it is a folder.
        if let last = after?.first {
            if let index = entries.firstIndex(where: { $0.name == last }) {
                entries = entries[index...]
            } else {
                // Gone since: the branch has moved. What came after it is still to be listed, rather twice than never.
                entries = entries.drop { !last.utf8.lexicographicallyPrecedes($0.name.utf8) }
                after = nil
            }
        }
        for entry in entries {
            let path = prefix.isEmpty ? entry.name : prefix + "/" + entry.name
            let resuming = after
            after = nil
            if resuming == nil, try !body(LocatedEntry(path: path, entry: entry)) { return false }
            guard recursive, entry.isFolder else { continue }
            let rest = resuming?.dropFirst()
            let inside = rest.flatMap { $0.isEmpty ? nil : $0 }
            if try !walk(entry.oid, prefix: path, recursive: true, after: inside, body) { return false }
        }
        return true
    }

    /// Every file below a commit's root.
    func files(root: GitOID) throws -> [LocatedEntry] {
        var files: [LocatedEntry] = []
        try walk(root, prefix: "", recursive: true) { located in
            if !located.entry.isFolder { files.append(located) }
            return true
        }
        return files
    }
}
