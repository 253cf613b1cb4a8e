// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

extension CommitGraph {
    private struct Side: OptionSet {
        let rawValue: UInt8
        static let left = Side(rawValue: 1)
        static let right = Side(rawValue: 2)
        static let both: Side = [.left, .right]
        /// Behind a common ancestor that was found.
        static let stale = Side(rawValue: 4)
    }

    /// The latest commit that both lead back to, if there is one.
    /// - Parameter limit: commits that are looked at.
    /// - Throws: HubError/Code/tooLarge where there are more.
    mutating func mergeBase(
        _ left: GitOID,
        _ right: GitOID,
        limit: Int,
        _ tx: ReadTransaction
    ) throws -> GitOID? {
        guard left != right else { return left }
        var sides: [GitOID: Side] = [left: .left, right: .right]
        var queue = CommitQueue()
        // Queued, and not known to be stale: while there are any, a better ancestor may come.
        var open: Set<GitOID> = [left, right]
        for oid in [left, right] { queue.push(oid, at: try links(oid, tx).committedAt) }
        var found: [GitOID] = []
        var looked = 0
        while !open.isEmpty, let oid = queue.pop() {
            looked += 1
            guard looked <= limit else {
                throw HubError(.tooLarge, "The branches have too many commits between them to be compared")
            }
            open.remove(oid)
            var side = sides[oid] ?? []
            if side == .both {
                if !found.contains(oid) { found.append(oid) }
                side.insert(.stale)
            }
            for parent in try links(oid, tx).parents {
                let known = sides[parent] ?? []
                guard !known.isSuperset(of: side) else { continue }
                let all = known.union(side)
                sides[parent] = all
                queue.push(parent, at: try links(parent, tx).committedAt)
                if all.contains(.stale) { open.remove(parent) } else { open.insert(parent) }
            }
        }
        return found.first { sides[$0]?.contains(.stale) == false }
    }
}
