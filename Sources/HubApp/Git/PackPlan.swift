// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// The objects of a pack, in the order they are sent. Some 50 bytes of memory for each.
struct PackPlan: Sendable {
    struct Tree: Sendable {
        let oid: GitOID
        /// A tree that whoever gets the pack has, or finds in it: most of this one is the same.
        let base: GitOID?
    }

    var tags: [GitTagRecord] = []
    var commits: [GitOID] = []
    var trees: [Tree] = []
    var files: [GitOID] = []

    var count: Int { tags.count + commits.count + trees.count + files.count }
}

/// What a pack is to lead to, and what it may take for granted.
struct PackGoal: Sendable {
    /// Commits that are wanted with all that is behind them.
    var commits: [GitOID] = []
    var tags: [GitTagRecord] = []
    /// Single files, which a partial clone asks for when it needs them.
    var files: [GitOID] = []
    /// Commits that the client has with all that is behind them.
    var haves: [GitOID] = []
    /// Commits whose parents are left out.
    var ends: Set<GitOID> = []
    var filter = FetchRequest.Filter.none
    /// Trees may be told by what differs from one that the client has.
    var isThin = false
    /// Annotated tags to add when the commits that they name are in the pack.
    var followedTags: [GitTagRecord] = []
}

/// Makes the plan of a pack.
///
/// First the commits; then the trees, each compared with the one of the first parent, so that a commit costs what it
/// changed and not what there is. In steps, each in a transaction of its own: a long history does not hold a connection.
struct PackWalk {
    /// What one step looks at: commits or trees, some milliseconds of work.
    private static let stepSize = 2000
    /// How many deltas may stand on one another; git's own limit, as a client pays for each when it reads.
    private static let maximumChain: UInt8 = 50

    private let goal: PackGoal
    private var graph: CommitGraph
    private var walk: CommitWalk
    private var hasCommits = false
    private var plan = PackPlan()
    private var newCommits: Set<GitOID> = []
    private var nextCommit = 0
    private var pending: [(oid: GitOID, former: GitOID?, formerIsHeld: Bool)] = []
    /// Trees of the plan, with the length of the chain of deltas that ends in each.
    private var trees: [GitOID: UInt8] = [:]
    private var files: Set<GitOID> = []

    init(_ goal: PackGoal, graph: CommitGraph = CommitGraph()) {
        self.goal = goal
        self.graph = graph
        walk = CommitWalk(from: goal.commits, to: goal.haves, ends: goal.ends)
        for file in goal.files where files.insert(file).inserted { plan.files.append(file) }
    }

    /// - Returns: the plan when it is whole, `nil` while there is more to look at.
    mutating func step(_ tx: ReadTransaction) throws -> PackPlan? {
        if !hasCommits {
            guard try walk.step(&graph, tx, limit: Self.stepSize) else { return nil }
            hasCommits = true
            plan.commits = walk.commits
            newCommits = Set(plan.commits)
            addTags()
            return nil
        }
        var left = Self.stepSize
        while left > 0 {
            if let next = pending.popLast() {
                try look(at: next.oid, former: next.former, formerIsHeld: next.formerIsHeld, tx)
            } else if nextCommit < plan.commits.count {
                // The oldest first: its trees are what those of the later ones are compared with.
                try open(plan.commits[plan.commits.count - 1 - nextCommit], tx)
                nextCommit += 1
            } else {
                return plan
            }
            left -= 1
        }
        return nil
    }

    private mutating func addTags() {
        var seen: Set<GitOID> = []
        for tag in goal.tags + goal.followedTags.filter({ newCommits.contains($0.target) })
        where seen.insert(tag.oid).inserted {
            plan.tags.append(tag)
        }
    }

    private mutating func open(_ oid: GitOID, _ tx: ReadTransaction) throws {
        let links = try graph.links(oid, tx)
        guard !goal.ends.contains(oid), let parent = links.parents.first else {
            pending.append((links.tree, nil, false))
            return
        }
        if newCommits.contains(parent) {
            pending.append((links.tree, try graph.links(parent, tx).tree, false))
        } else if walk.isHeld(parent) {
            pending.append((links.tree, try graph.links(parent, tx).tree, true))
        } else {
            pending.append((links.tree, nil, false))
        }
    }

    private mutating func look(
        at oid: GitOID,
        former: GitOID?,
        formerIsHeld: Bool,
        _ tx: ReadTransaction
    ) throws {
        guard oid != former, trees[oid] == nil else { return }
        var base: GitOID?
        var chain: UInt8 = 0
        if let former {
            if let length = trees[former], length < Self.maximumChain {
                (base, chain) = (former, length + 1)
            } else if formerIsHeld, goal.isThin, trees[former] == nil {
                (base, chain) = (former, 1)
            }
        }
        trees[oid] = chain
        plan.trees.append(PackPlan.Tree(oid: oid, base: base))
        let difference = try Self.difference(from: former, to: oid, tx)
        for folder in difference.folders { pending.append((folder.oid, folder.former, formerIsHeld)) }
        for file in difference.files where !files.contains(file) {
            guard try passes(file, tx) else { continue }
            files.insert(file)
            plan.files.append(file)
        }
    }

    private func passes(_ file: GitOID, _ tx: ReadTransaction) throws -> Bool {
        switch goal.filter {
        case .none: return true
        case .noFiles: return false
        case .filesBelow(let limit):
            guard let object = try tx.fileObjects([file])[file] else { return true }
            return (object.pointerSize ?? object.size) < limit
        }
    }

    static func difference(from former: GitOID?, to oid: GitOID, _ tx: ReadTransaction) throws -> TreeDifference {
        func bytes<Value>(_ oid: GitOID, _ body: (UnsafeRawBufferPointer) throws -> Value) throws -> Value {
            guard let value = try tx.withGitObject(oid, .tree, body) else {
                throw HubError(.corrupt, "The tree \(oid) is missing: run 'hubctl admin verify'")
            }
            return value
        }
        do {
            guard let former else {
                return try bytes(oid) { try TreeDifference(from: UnsafeRawBufferPointer(start: nil, count: 0), to: $0) }
            }
            // One statement reads one row at a time, so the first is copied.
            let old = try bytes(former) { Array($0) }
            return try bytes(oid) { new in
                try old.withUnsafeBytes { try TreeDifference(from: $0, to: new) }
            }
        } catch let error as TreeScanner.Malformed {
            throw HubError(.corrupt, "The tree \(oid) is damaged: run 'hubctl admin verify'", cause: error)
        }
    }
}
