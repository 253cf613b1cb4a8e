// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Finds the commits that lead from what a client wants back to what it has, the newest first.
///
/// By time, as git does: where clocks were wrong it finds some that the client has already. Sending those again is a
/// waste, never a fault.
struct CommitWalk {
    private struct Mark: OptionSet {
        let rawValue: UInt8
        /// The client has it, and all before it.
        static let held = Mark(rawValue: 1)
        /// It has left the queue.
        static let visited = Mark(rawValue: 2)
    }

    /// Commits whose parents are not followed: where a shallow history ends.
    private let ends: Set<GitOID>
    private var marks: [GitOID: Mark] = [:]
    private var queue = CommitQueue()
    /// In the queue and not known to be held.
    private var open = 0
    private var visited: [GitOID] = []
    private var pending: [(oid: GitOID, mark: Mark)]

    init(from wants: [GitOID], to haves: [GitOID], ends: Set<GitOID>) {
        self.ends = ends
        pending = haves.map { ($0, .held) } + wants.map { ($0, []) }
    }

    /// What was found once ``step(_:_:limit:)`` has said that this is all.
    var commits: [GitOID] { visited.filter { !isHeld($0) } }

    func isHeld(_ oid: GitOID) -> Bool { marks[oid]?.contains(.held) == true }

    /// Goes on for at most `limit` commits; whether there are no more.
    mutating func step(_ graph: inout CommitGraph, _ tx: ReadTransaction, limit: Int) throws -> Bool {
        var left = limit
        while left > 0 {
            if let next = pending.popLast() {
                try reach(next.oid, next.mark, &graph, tx)
                left -= 1
                continue
            }
            guard open > 0, let oid = queue.pop() else { return true }
            let mark = marks[oid] ?? []
            if !mark.contains(.held) { open -= 1 }
            marks[oid] = mark.union(.visited)
            visited.append(oid)
            guard !ends.contains(oid) else { continue }
            for parent in try graph.links(oid, tx).parents { pending.append((parent, mark.intersection(.held))) }
        }
        return false
    }

    private mutating func reach(_ oid: GitOID, _ mark: Mark, _ graph: inout CommitGraph, _ tx: ReadTransaction) throws {
        guard let known = marks[oid] else {
            marks[oid] = mark
            queue.push(oid, at: try graph.links(oid, tx).committedAt)
            if !mark.contains(.held) { open += 1 }
            return
        }
        guard mark.contains(.held), !known.contains(.held) else { return }
        marks[oid] = known.union(.held)
        guard known.contains(.visited) else {
            open -= 1
            return
        }
        // It was taken for new: what is behind it has to be told as well.
        guard !ends.contains(oid) else { return }
        for parent in try graph.links(oid, tx).parents where marks[parent] != nil { pending.append((parent, .held)) }
    }
}
