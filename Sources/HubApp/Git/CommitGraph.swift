// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// A repo's commits as walks need them, each read once. Made for one request, over as many transactions as it takes.
struct CommitGraph {
    private var known: [GitOID: CommitLinks] = [:]

    /// - Throws: ``HubError/Code/corrupt`` if it is not there: the caller came to it from a commit of the repo.
    mutating func links(_ oid: GitOID, _ tx: ReadTransaction) throws -> CommitLinks {
        if let links = known[oid] { return links }
        guard let links = try tx.withGitObject(oid, .commit, { CommitLinks(parsing: $0) }), let links else {
            throw HubError(.corrupt, "The commit \(oid) is missing or damaged: run 'hubctl admin verify'")
        }
        known[oid] = links
        return links
    }

    /// Whether each of `wants` leads back to one of `haves`: then the client need not name more of what it has.
    /// - Parameter limit: commits that are looked at; who has to look further says no, which costs a round trip.
    mutating func allReach(_ wants: [GitOID], _ haves: Set<GitOID>, limit: Int, _ tx: ReadTransaction) throws -> Bool {
        guard !haves.isEmpty else { return false }
        var looked = 0
        for want in Set(wants) {
            var pending = [want]
            var seen: Set<GitOID> = [want]
            var found = false
            while !found, let oid = pending.popLast() {
                if haves.contains(oid) {
                    found = true
                    break
                }
                looked += 1
                guard looked <= limit else { return false }
                for parent in try links(oid, tx).parents where seen.insert(parent).inserted { pending.append(parent) }
            }
            guard found else { return false }
        }
        return true
    }
}

/// Commits by time, the newest first.
struct CommitQueue {
    private var heap: [(time: Int64, oid: GitOID)] = []

    var isEmpty: Bool { heap.isEmpty }

    mutating func push(_ oid: GitOID, at time: Int64) {
        heap.append((time, oid))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].time < heap[child].time else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    mutating func pop() -> GitOID? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first.oid }
        heap[0] = last
        var parent = 0
        while true {
            var largest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].time > heap[largest].time {
                largest = child
            }
            guard largest != parent else { return first.oid }
            heap.swapAt(parent, largest)
            parent = largest
        }
    }
}
