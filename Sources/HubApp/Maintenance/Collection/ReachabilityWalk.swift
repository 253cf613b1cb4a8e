// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Marks everything that commits lead to: their history, trees, files and contents.
///
/// Stops at damage: a hub whose history has holes is not one to remove things from.
struct ReachabilityWalk {
    let tx: ReadTransaction
    let marks: MarkStore
    /// The number of this walk, or `nil` to visit only what has no mark at all.
    let stamp: Int64?
    /// For commits, where theirs is another: see ``GarbageCollector``.
    let commitStamp: Int64?

    init(tx: ReadTransaction, marks: MarkStore, stamp: Int64?, commitStamp: Int64? = nil) {
        self.tx = tx
        self.marks = marks
        self.stamp = stamp
        self.commitStamp = commitStamp ?? stamp
    }

    /// - Parameter passed: the stamp of a walk whose commits are not to be visited again.
    func walk(_ commits: [GitOID], exceptThoseOf passed: Int64? = nil) throws {
        var pending = commits
        while let oid = pending.popLast() {
            if let passed, try marks.unmarked(.commit, [oid], stamp: passed).isEmpty { continue }
            guard try !marks.mark(.commit, [oid], stamp: commitStamp).isEmpty else { continue }
            guard let links = try tx.commitData(oid).flatMap({ CommitLinks(parsing: $0) }) else {
                throw HubError(.corrupt, "The commit \(oid) is missing or damaged: run 'hubctl admin verify'")
            }
            try walk(tree: links.tree)
            pending += links.parents
        }
    }

    private func walk(tree root: GitOID) throws {
        var pending = try marks.mark(.tree, [root], stamp: stamp)
        while let oid = pending.popLast() {
            let tree: TreeObject
            do { tree = try TreeObject(parsing: try tx.treeData(oid)) } catch let error as TreeObject.ParseError {
                throw HubError(.corrupt, "The tree \(oid) is damaged: run 'hubctl admin verify'", cause: error)
            }
            let files = tree.entries.filter { !$0.isFolder && $0.mode != .submodule }.map(\.oid)
            let fresh = try marks.mark(.file, files, stamp: stamp)
            try marks.markContents(try tx.fileObjects(fresh).values.map(\.sha256), stamp: stamp)
            pending += try marks.mark(.tree, tree.entries.filter(\.isFolder).map(\.oid), stamp: stamp)
        }
    }
}
