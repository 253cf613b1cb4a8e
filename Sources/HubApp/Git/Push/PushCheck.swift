// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// What a push brings, found by walking from its refs: every object is in the pack, or the repo has it already.
struct PushContents: Sendable {
    /// Parents before children.
    var commits: [GitOID] = []
    var trees: [GitOID] = []
    /// Files that are in the pack, each with the first path it was found at.
    var files: [GitOID: String] = [:]
    /// What the repo has and the push builds on; looked at again in the transaction that moves the refs.
    var oldCommits: Set<GitOID> = []
    var oldTrees: Set<GitOID> = []
    var oldFiles: Set<GitOID> = []
}

/// Why a push is not taken, in lines for whoever pushes.
struct PushRefusal: Error {
    let lines: [String]

    init(_ lines: [String]) { self.lines = lines }
    init(_ line: String) { lines = [line] }
}

/// Checks what a push brings, in steps. Nothing is written.
struct PushCheck {
    private static let stepSize = 1000
    private static let shownFiles = 10

    private let repo: RepoRecord
    private let intake: PackIntake
    private let fileBytes: Int64
    private(set) var contents = PushContents()
    private var pendingCommits: [(oid: GitOID, isOpen: Bool)]
    private var seenCommits: Set<GitOID> = []
    private var links: [GitOID: CommitLinks] = [:]
    private var nextCommit = 0
    private var pendingTrees: [(oid: GitOID, former: GitOID?, path: String)] = []
    private var seenTrees: Set<GitOID> = []
    /// Not in the pack: to be found in the repo's history.
    private var foreignTrees: [GitOID: String] = [:]
    private var largeFiles: [String] = []
    private var search: TreeSearch?

    /// - Parameter tips: commits that refs are to point to.
    init(repo: RepoRecord, tips: [GitOID], intake: PackIntake, fileBytes: Int64) {
        self.repo = repo
        self.intake = intake
        self.fileBytes = fileBytes
        pendingCommits = tips.map { ($0, false) }
    }

    /// Whether all is looked at.
    /// - Throws: ``PushRefusal``.
    mutating func step(_ tx: ReadTransaction) throws -> Bool {
        for _ in 0..<Self.stepSize {
            if let next = pendingCommits.popLast() {
                try visit(commit: next.oid, isOpen: next.isOpen, tx)
            } else if let next = pendingTrees.popLast() {
                try visit(tree: next.oid, former: next.former, path: next.path, tx)
            } else if nextCommit < contents.commits.count {
                let commit = contents.commits[nextCommit]
                nextCommit += 1
                guard let links = links[commit] else { continue }
                let former = try links.parents.first.map { try tree(of: $0, tx) }
                pendingTrees.append((links.tree, former, ""))
            } else if !largeFiles.isEmpty {
                throw Self.tooLarge(largeFiles, limit: fileBytes)
            } else if !foreignTrees.isEmpty {
                if search == nil {
                    search = try TreeSearch(for: Set(foreignTrees.keys), after: contents, repo: repo, tx)
                }
                guard let missing = try search?.step(tx) else { return false }
                if let oid = missing.first {
                    throw PushRefusal(
                        "The folder '\(foreignTrees[oid] ?? "")' (\(oid)) is neither in the push nor in the repository"
                    )
                }
                contents.oldTrees = Set(foreignTrees.keys)
                foreignTrees = [:]
                return true
            } else {
                return true
            }
        }
        return false
    }

    // MARK: Commits

    private mutating func visit(commit oid: GitOID, isOpen: Bool, _ tx: ReadTransaction) throws {
        if isOpen {
            contents.commits.append(oid)
            return
        }
        guard seenCommits.insert(oid).inserted else { return }
        guard intake.kind(oid) == .commit else {
            guard try tx.repoHasCommit(repo: repo.id, oid) else {
                throw PushRefusal(
                    "The commit \(oid) is neither in the push nor in the repository; was it pushed from a shallow clone?"
                )
            }
            contents.oldCommits.insert(oid)
            return
        }
        let text: CommitText
        do { text = try CommitText(parsing: try intake.bytes(oid)) } catch let error as CommitText.Problem {
            throw PushRefusal("The commit \(oid) is malformed: \(error.reason)")
        }
        links[oid] = text.links
        pendingCommits.append((oid, true))
        // The first parent last, so that it is looked at first.
        for parent in text.links.parents.reversed() { pendingCommits.append((parent, false)) }
    }

    private func tree(of commit: GitOID, _ tx: ReadTransaction) throws -> GitOID {
        if let links = links[commit] { return links.tree }
        guard let record = try tx.commit(commit, in: repo.id) else {
            throw HubError(.corrupt, "The commit \(commit) is missing from the metadata database")
        }
        return record.tree
    }

    // MARK: Trees

    private mutating func visit(tree oid: GitOID, former: GitOID?, path: String, _ tx: ReadTransaction) throws {
        guard oid != former, seenTrees.insert(oid).inserted else { return }
        guard intake.kind(oid) == .tree else {
            foreignTrees[oid] = path
            return
        }
        let bytes = try intake.bytes(oid)
        do { try bytes.withUnsafeBytes { try TreeCheck.check($0) } } catch let error as TreeCheck.Problem {
            throw PushRefusal("The folder '\(path)' (\(oid)) cannot be stored: \(error.reason)")
        }
        let old = try former.map { try self.bytes(ofTree: $0, tx) } ?? []
        let entries = try Self.entries(of: bytes, notIn: old)
        for entry in entries {
            let full = path.isEmpty ? entry.name : path + "/" + entry.name
            do { _ = try RepoPath(full) } catch let error as HubError { throw PushRefusal(error.message) }
            if entry.isFolder {
                pendingTrees.append((entry.oid, entry.former, full))
            } else if !entry.isSubmodule {
                try visit(file: entry.oid, path: full, tx)
            }
        }
        contents.trees.append(oid)
    }

    private func bytes(ofTree oid: GitOID, _ tx: ReadTransaction) throws -> [UInt8] {
        if intake.kind(oid) == .tree { return try intake.bytes(oid) }
        return try tx.treeData(oid)
    }

    private mutating func visit(file oid: GitOID, path: String, _ tx: ReadTransaction) throws {
        guard contents.files[oid] == nil, !contents.oldFiles.contains(oid) else { return }
        if intake.kind(oid) == .blob {
            if let size = intake.size(oid), size > fileBytes {
                largeFiles.append(path)
            } else {
                contents.files[oid] = path
            }
        } else if try tx.fileObject(oid, repo: repo.id) != nil {
            contents.oldFiles.insert(oid)
        } else if intake.hasLargeDeltas {
            largeFiles.append(path)
        } else {
            throw PushRefusal("The file '\(path)' (\(oid)) is neither in the push nor in the repository")
        }
    }

    private struct Entry {
        let name: String
        let oid: GitOID
        let former: GitOID?
        let isFolder: Bool
        let isSubmodule: Bool
    }

    /// The entries of a tree that another does not have, with their names.
    private static func entries(of new: [UInt8], notIn old: [UInt8]) throws -> [Entry] {
        try old.withUnsafeBytes { old in
            try new.withUnsafeBytes { new in
                var entries: [Entry] = []
                try TreeDifference.walk(from: old, to: new) { entry, former in
                    entries.append(
                        Entry(
                            name: String(decoding: new[entry.name], as: UTF8.self),
                            oid: entry.oid,
                            former: former,
                            isFolder: entry.isFolder,
                            isSubmodule: entry.isSubmodule
                        )
                    )
                }
                return entries
            }
        }
    }

    /// In the Hub's words, which people look up.
    private static func tooLarge(_ paths: [String], limit: Int64) -> PushRefusal {
        let rule = String(repeating: "-", count: 73)
        let more = paths.count > shownFiles ? ["  … and \(paths.count - shownFiles) more"] : []
        return PushRefusal(
            [
                rule, "Your push was rejected because it contains files larger than \(limit >> 20) MiB.",
                "Please use https://git-lfs.github.com/ to store large files:",
                "git lfs track, then git lfs migrate import for what is committed already.", "", "Offending files:",
            ] + paths.prefix(shownFiles).map { "  - \($0)" } + more + [rule]
        )
    }
}

/// Looks for trees in the history of a repo: those that the push builds on first, then everything its refs lead to.
private struct TreeSearch {
    private static let stepSize = 2000

    private let repo: RepoRecord
    private var missing: Set<GitOID>
    private var pendingTrees: [GitOID] = []
    private var pendingCommits: [GitOID]
    private var seen: Set<GitOID> = []
    private var graph = CommitGraph()

    init(for oids: Set<GitOID>, after contents: PushContents, repo: RepoRecord, _ tx: ReadTransaction) throws {
        self.repo = repo
        missing = oids
        // Taken from the end: what the push stands on is looked at first.
        pendingCommits = try tx.refs(repo: repo.id).map(\.target) + contents.oldCommits
    }

    /// What is not there, once all is looked at; `nil` before.
    mutating func step(_ tx: ReadTransaction) throws -> Set<GitOID>? {
        for _ in 0..<Self.stepSize {
            if missing.isEmpty { return missing }
            if let oid = pendingTrees.popLast() {
                guard seen.insert(oid).inserted else { continue }
                missing.remove(oid)
                pendingTrees += try PackWalk.difference(from: nil, to: oid, tx).folders.map(\.oid)
            } else if let oid = pendingCommits.popLast() {
                guard seen.insert(oid).inserted else { continue }
                let links = try graph.links(oid, tx)
                pendingTrees.append(links.tree)
                pendingCommits.insert(contentsOf: links.parents.filter { !seen.contains($0) }, at: 0)
            } else {
                return missing
            }
        }
        return nil
    }
}
