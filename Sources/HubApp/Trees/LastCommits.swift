// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Finds the commit that last changed each of some paths, along first parents.
struct LastCommits {
    let tx: ReadTransaction
    let reader: TreeReader
    let repo: RepoRecord

    /// - Parameter paths: all in one commit's tree.
    /// - Returns: the commit per path; every path that is there has one.
    func find(_ paths: [LocatedEntry], from head: CommitRecord) throws -> [String: CommitRecord] {
        var pending: [String: GitOID] = [:]
        for located in paths { pending[located.path] = located.entry.oid }
        var found: [String: CommitRecord] = [:]
        var current = head
        while !pending.isEmpty {
            guard let parentOID = current.parent else {
                for path in pending.keys { found[path] = current }
                break
            }
            let parent = try tx.require(parentOID, in: repo)
            if parent.tree != current.tree {
                for (path, oid) in pending {
                    let before = try reader.entry(at: RepoPath(path), root: parent.tree)
                    if before?.oid != oid {
                        found[path] = current
                        pending[path] = nil
                    }
                }
            }
            current = parent
        }
        return found
    }
}
