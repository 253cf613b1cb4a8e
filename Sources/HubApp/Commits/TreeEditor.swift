// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Applies changes to a tree and writes the folders that differ.
final class TreeEditor {
    /// A folder that is being changed; untouched ones stay oids.
    private final class Folder {
        enum Child {
            case entry(TreeObject.Entry)
            case folder(Folder)
        }

        var children: [String: Child]

        init(_ tree: TreeObject) {
            children = Dictionary(
                tree.entries.map { ($0.name, Child.entry($0)) },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }

    private let reader: TreeReader
    private let root: Folder

    init(reader: TreeReader, root: GitOID?) throws {
        self.reader = reader
        self.root = Folder(try root.map { try reader.tree($0) } ?? .empty)
    }

    /// Puts a file at `path`, in place of the one that is there.
    /// - Parameter chosen: the mode it is to have; else it keeps the one that it has.
    /// - Throws: ``HubError/Code/unprocessable`` if a folder is there, or a file where a folder must be.
    func put(_ oid: GitOID, at path: RepoPath, mode chosen: TreeObject.Entry.Mode? = nil) throws {
        var segments = path.segments
        let name = segments.removeLast()
        let folder = try folder(segments, path: path, create: true)
        var mode = TreeObject.Entry.Mode.file
        switch folder?.children[name] {
        // One that was left empty is none.
        case .folder(let there) where Self.hasFiles(there):
            throw HubError(.unprocessable, "Cannot add '\(path)': a folder of that name exists")
        case .entry(let entry) where entry.isFolder:
            throw HubError(.unprocessable, "Cannot add '\(path)': a folder of that name exists")
        case .entry(let entry) where entry.mode == .executable:
            mode = .executable
        default: break
        }
        folder?.children[name] = .entry(TreeObject.Entry(mode: chosen ?? mode, name: name, oid: oid))
    }

    /// Whether there was such a file.
    func removeFile(_ path: RepoPath) throws -> Bool {
        var segments = path.segments
        let name = segments.removeLast()
        guard let folder = try folder(segments, path: path, create: false),
            case .entry(let entry) = folder.children[name], !entry.isFolder
        else { return false }
        folder.children[name] = nil
        return true
    }

    /// Whether there was such a folder.
    func removeFolder(_ path: RepoPath) throws -> Bool {
        var segments = path.segments
        let name = segments.removeLast()
        guard let folder = try folder(segments, path: path, create: false) else { return false }
        switch folder.children[name] {
        case .folder: break
        case .entry(let entry) where entry.isFolder: break
        default: return false
        }
        folder.children[name] = nil
        return true
    }

    /// Writes every folder that changed; folders left empty vanish, as git has none.
    /// - Returns: the oid of the root.
    func write(to tx: WriteTransaction) throws -> GitOID { try write(root, to: tx) }

    private func write(_ folder: Folder, to tx: WriteTransaction) throws -> GitOID {
        var entries: [TreeObject.Entry] = []
        for (name, child) in folder.children {
            switch child {
            case .entry(let entry): entries.append(entry)
            case .folder(let folder):
                guard Self.hasFiles(folder) else { continue }
                entries.append(TreeObject.Entry(mode: .folder, name: name, oid: try write(folder, to: tx)))
            }
        }
        let data = TreeObject(entries).data
        let oid = GitObjectKind.tree.oid(of: data)
        try tx.insertTree(oid, data: data)
        return oid
    }

    private static func hasFiles(_ folder: Folder) -> Bool {
        folder.children.values.contains { child in
            switch child {
            case .entry: true
            case .folder(let folder): hasFiles(folder)
            }
        }
    }

    /// The folder at `segments`, opened for change.
    private func folder(_ segments: [String], path: RepoPath, create: Bool) throws -> Folder? {
        var current = root
        for name in segments {
            switch current.children[name] {
            case .folder(let next): current = next
            case .entry(let entry) where entry.isFolder:
                let next = Folder(try reader.tree(entry.oid))
                current.children[name] = .folder(next)
                current = next
            case .entry:
                guard create else { return nil }
                throw HubError(.unprocessable, "Cannot add '\(path)': '\(name)' is a file, not a folder")
            case nil:
                guard create else { return nil }
                let next = Folder(.empty)
                current.children[name] = .folder(next)
                current = next
            }
        }
        return current
    }
}
