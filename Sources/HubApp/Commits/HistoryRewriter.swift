// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Takes files out of every commit of a repo, inside one transaction.
///
/// A commit that never had them, and whose ancestors had not, keeps its id. The others are written again with the same
/// author, time and message; the old ones are the repo's no more, whether a branch reached them or not.
final class HistoryRewriter {
    private struct Links {
        let tree: GitOID
        let parents: [GitOID]
        let data: [UInt8]
    }

    private let tx: WriteTransaction
    private let repo: RepoRecord
    private let dropped: Set<GitOID>
    /// By the id of the tree as it was; `nil` for a folder that is empty without the files.
    private var trees: [GitOID: GitOID?] = [:]
    private var commits: [GitOID: GitOID] = [:]

    init(tx: WriteTransaction, repo: RepoRecord, dropping dropped: Set<GitOID>) {
        self.tx = tx
        self.repo = repo
        self.dropped = dropped
    }

    /// Moves every ref to the commit that took its target's place.
    /// - Returns: the refs that moved, with their former and their new targets.
    func rewrite(at now: Timestamp) throws -> [(name: String, from: GitOID, to: GitOID)] {
        var moved: [(name: String, from: GitOID, to: GitOID)] = []
        for ref in try tx.read.refs(repo: repo.id) {
            let target = try rewritten(ref.target)
            guard target != ref.target else { continue }
            try tx.compareAndSwapRef(repo: repo.id, name: ref.name, from: ref.target, to: target, at: now)
            moved.append((ref.name, ref.target, target))
        }
        try forgetOldCommits()
        return moved
    }

    /// What stands in a commit's place; the walk is a loop, as histories are longer than stacks.
    private func rewritten(_ head: GitOID) throws -> GitOID {
        var waiting = [head]
        while let oid = waiting.last {
            if commits[oid] != nil {
                waiting.removeLast()
                continue
            }
            let links = try links(of: oid)
            let missing = links.parents.filter { commits[$0] == nil }
            if missing.isEmpty {
                commits[oid] = try write(oid, links)
                waiting.removeLast()
            } else {
                waiting += missing
            }
        }
        return commits[head] ?? head
    }

    private func write(_ oid: GitOID, _ links: Links) throws -> GitOID {
        let tree = try rewrittenRoot(links.tree)
        let parents = links.parents.map { commits[$0] ?? $0 }
        guard tree != links.tree || parents != links.parents else { return oid }
        guard let old = try tx.read.commit(oid, in: repo.id) else {
            throw HubError(.corrupt, "The commit \(oid) is missing from the metadata database")
        }
        let data = Self.commit(links.data, tree: tree, parents: parents)
        let commit = CommitRecord(
            oid: GitObjectKind.commit.oid(of: data),
            tree: tree,
            parent: parents.first,
            depth: old.depth,
            committedAt: old.committedAt,
            author: old.author,
            title: old.title,
            message: old.message
        )
        try tx.insertCommit(commit, data: data, repo: repo.id)
        return commit.oid
    }

    private func rewrittenRoot(_ oid: GitOID) throws -> GitOID {
        if let tree = try rewrittenTree(oid) { return tree }
        let data = TreeObject.empty.data
        let empty = GitObjectKind.tree.oid(of: data)
        try tx.insertTree(empty, data: data)
        return empty
    }

    private func rewrittenTree(_ oid: GitOID) throws -> GitOID? {
        if let known = trees[oid] { return known }
        // Read past the reader's cache: a long history has more trees than memory should hold.
        let entries = try TreeReader(tx.read).tree(oid).entries
        var kept: [TreeObject.Entry] = []
        for entry in entries {
            if entry.isFolder {
                guard let folder = try rewrittenTree(entry.oid) else { continue }
                kept.append(TreeObject.Entry(mode: entry.mode, name: entry.name, oid: folder))
            } else if !dropped.contains(entry.oid) {
                kept.append(entry)
            }
        }
        let result: GitOID?
        if kept == entries {
            result = oid
        } else if kept.isEmpty {
            result = nil
        } else {
            let data = TreeObject(kept).data
            let new = GitObjectKind.tree.oid(of: data)
            try tx.insertTree(new, data: data)
            result = new
        }
        trees[oid] = .some(result)
        return result
    }

    /// Takes the commits from the repo that have the files, or an ancestor with them.
    private func forgetOldCommits() throws {
        var last: GitOID?
        var gone: [GitOID] = []
        while true {
            let page = try tx.read.commits(of: repo.id, after: last, limit: 500)
            for row in page where try rewritten(row.oid) != row.oid { gone.append(row.oid) }
            guard let end = page.last, page.count == 500 else { break }
            last = end.oid
        }
        // What `rewritten` wrote for commits that no ref reaches is left for garbage collection, as they would have been.
        try tx.removeCommits(gone, from: repo.id)
    }

    private func links(of oid: GitOID) throws -> Links {
        guard let data = try tx.read.commitData(oid) else {
            throw HubError(.corrupt, "The commit \(oid) is missing from the metadata database")
        }
        var tree: GitOID?
        var parents: [GitOID] = []
        for line in Self.header(of: data) {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 1)
            guard words.count == 2, let id = GitOID(hex: words[1]) else { continue }
            if words[0] == "tree" { tree = id } else if words[0] == "parent" { parents.append(id) }
        }
        guard let tree else { throw HubError(.corrupt, "The commit \(oid) is damaged") }
        return Links(tree: tree, parents: parents, data: data)
    }

    private static func header(of data: [UInt8]) -> [ArraySlice<UInt8>] {
        Array(data.split(separator: 0x0A, omittingEmptySubsequences: false).prefix { !$0.isEmpty })
    }

    /// The same commit of another tree with other parents: author, times, message and all else byte for byte.
    static func commit(_ data: [UInt8], tree: GitOID, parents: [GitOID]) -> [UInt8] {
        var text = Array("tree \(tree.hex)\n".utf8)
        for parent in parents { text += Array("parent \(parent.hex)\n".utf8) }
        var rest = data[...]
        while let end = rest.firstIndex(of: 0x0A) {
            let line = rest[..<end]
            guard line.starts(with: "tree ".utf8) || line.starts(with: "parent ".utf8) else { break }
            rest = rest[(end + 1)...]
        }
        return text + rest
    }
}
