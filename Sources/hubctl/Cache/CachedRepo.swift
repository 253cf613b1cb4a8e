// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// What the cache holds of one repo.
struct CachedRepo: Sendable {
    struct Item: Sendable, Hashable {
        let name: String
        /// Bytes.
        let size: Int64
        /// Seconds since 1970.
        let modified: Double
        /// Other repos have it too, so that deleting it here frees nothing.
        var isShared = false
    }

    /// The repo's folder.
    let folder: String
    /// `models--alice--vit`
    let name: String
    let kind: RepoKind
    let id: String
    /// Commits that have a snapshot, and the blobs their files are.
    var snapshots: [String: Set<String>] = [:]
    /// Branches and tags, and their commits.
    var refs: [String: String] = [:]
    var blobs: [Item] = []
    var incomplete: [Item] = []

    /// Bytes, what is incomplete included.
    var size: Int64 { (blobs + incomplete).reduce(0) { $0 + $1.size } }

    /// From a folder's name; `nil` for folders that are no repos.
    init?(folder: String, name: String) {
        let parts = name.split(separator: "-", omittingEmptySubsequences: true)
        guard let kind = parts.first.flatMap({ RepoKind(plural: $0) }), name.hasPrefix(kind.plural + "--") else {
            return nil
        }
        self.folder = folder
        self.name = name
        self.kind = kind
        id = String(name.dropFirst(kind.plural.count + 2)).replacing("--", with: "/")
    }

    /// All repos of a cache. Blocks: call it inside ``Disk/run(_:)``.
    static func all(in cache: String) throws -> [CachedRepo] {
        try Files.names(in: cache).compactMap { name in
            guard var repo = CachedRepo(folder: "\(cache)/\(name)", name: name) else { return nil }
            try repo.read(SharedBlobs(cache: cache))
            return repo
        }
    }

    private mutating func read(_ shared: SharedBlobs) throws {
        for name in try Files.names(in: folder + "/blobs") {
            let path = "\(folder)/blobs/\(name)"
            guard let status = try Files.status(path) else { continue }
            var item = Item(name: name, size: status.size, modified: status.modified)
            if let entry = try shared.target(ofBlob: path) {
                item.isShared = try shared.references(to: entry) != [path]
            }
            if name.hasSuffix(".incomplete") { incomplete.append(item) } else { blobs.append(item) }
        }
        for commit in try Files.names(in: folder + "/snapshots") {
            snapshots[commit] = try Self.blobs(below: "\(folder)/snapshots/\(commit)")
        }
        try readRefs(below: "")
    }

    private mutating func readRefs(below prefix: String) throws {
        for name in try Files.names(in: "\(folder)/refs/\(prefix)") {
            let path = prefix + name
            guard let status = try Files.status("\(folder)/refs/\(path)") else { continue }
            if status.isFolder {
                try readRefs(below: path + "/")
            } else {
                refs[path] = try Files.text("\(folder)/refs/\(path)").flatMap(HubEnvironment.clean)
            }
        }
    }

    private static func blobs(below path: String) throws -> Set<String> {
        var blobs: Set<String> = []
        for name in try Files.names(in: path) {
            let full = "\(path)/\(name)"
            guard let status = try Files.status(full, followingLinks: false) else { continue }
            if status.isFolder {
                blobs.formUnion(try Self.blobs(below: full))
            } else if status.isLink, let blob = try Files.linkTarget(full).split(separator: "/").last {
                blobs.insert(String(blob))
            }
        }
        return blobs
    }
}

extension CachedRepo: ListDisplayable {
    static let columns: [Table.Column] = [
        .init("TYPE"), .init("ID"), .init("SIZE", isNumber: true), .init("FILES", isNumber: true),
        .init("REVISIONS", isNumber: true), .init("INCOMPLETE", isNumber: true), .init("REFS"),
    ]

    var cells: [String] {
        [
            kind.rawValue, id, Units.size(size), String(blobs.count), String(snapshots.count), String(incomplete.count),
            refs.keys.sorted().joined(separator: ", "),
        ]
    }

    var json: JSONValue {
        var named = JSONObject()
        for (name, commit) in refs.sorted(by: { $0.key < $1.key }) { named[name] = .string(commit) }
        return [
            "type": .string(kind.rawValue), "id": .string(id), "path": .string(folder), "size": .int(size),
            "files": .int(Int64(blobs.count)), "revisions": .array(snapshots.keys.sorted().map { .string($0) }),
            "incomplete": .int(Int64(incomplete.count)), "refs": .object(named),
        ]
    }
}
