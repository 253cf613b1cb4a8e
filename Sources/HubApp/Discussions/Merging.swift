// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

/// How a pull request's commits get onto its branch.
public enum MergeMethod: String, Sendable, CaseIterable {
    /// By a commit with both for parents, even where the branch could just move on.
    case merge
    /// The branch moves on to the pull request's last commit.
    case fastForward = "fast-forward"
    /// By one commit of all the changes, on top of the branch.
    case squash
}

/// A pull request and its branch, side by side.
struct Merging: Sendable {
    /// Commits that are looked at for the one both began with.
    private static let graphLimit = 100_000
    /// Texts that are merged to find out whether they can be.
    private static let previewedTexts = 100
    /// How often the branch may move while a merge is worked out.
    private static let attempts = 20

    let hub: Hub
    let kind: RepoKind
    let id: RepoID
    let viewer: Viewer

    private struct State: Sendable {
        let repo: RepoRecord
        let discussion: DiscussionRecord
        let base: String
        let branch: CommitRecord
        let head: CommitRecord
        /// The latest commit that both lead back to.
        let ancestor: CommitRecord?

        /// Whether the branch has all of the pull request.
        var hasNothingNew: Bool { ancestor?.oid == head.oid }
        var canFastForward: Bool { ancestor?.oid == branch.oid }
    }

    private static func state(
        _ discussion: DiscussionRecord,
        in repo: RepoRecord,
        _ tx: ReadTransaction
    ) throws -> State? {
        guard let base = discussion.base, let branch = try tx.ref(repo: repo.id, name: base),
            let ref = try tx.ref(repo: repo.id, name: discussion.ref)
        else { return nil }
        var graph = CommitGraph()
        let ancestor = try graph.mergeBase(branch.target, ref.target, limit: graphLimit, tx)
        return State(
            repo: repo,
            discussion: discussion,
            base: base,
            branch: try tx.require(branch.target, in: repo),
            head: try tx.require(ref.target, in: repo),
            ancestor: try ancestor.map { try tx.require($0, in: repo) }
        )
    }

    // MARK: Looking

    /// The files that stand in the way of a merge, as JSON; `true` where that cannot be told.
    func conflicts(_ discussion: DiscussionRecord) async throws -> JSONValue {
        do {
            let found = try await hub.store.read { tx -> MergePlan? in
                let repo = try tx.repo(kind, id, for: viewer, .readFiles)
                return try Self.state(discussion, in: repo, tx).map { try Self.plan($0, tx) }
            }
            // The branch is gone.
            guard let plan = found else { return true }
            // Looking costs nothing but reads, but anybody may look.
            guard plan.texts.count <= Self.previewedTexts else { return true }
            var conflicts = plan.conflicts
            for text in plan.texts where try await hub.merged(text) == nil { conflicts.append(text.path) }
            return .array(conflicts.sorted().map { .string($0) })
        } catch let error as HubError where error.code == .tooLarge {
            return true
        }
    }

    /// What the pull request changes, as a diff; `nil` where it is too long, or its commits are gone.
    func difference(_ discussion: DiscussionRecord) async throws -> String? {
        do {
            guard let (base, head) = try await sides(discussion) else { return nil }
            let bytes = try await hub.trees.compare(kind, id, base: base, head: head, raw: false, viewer: viewer)
            return String(decoding: bytes, as: UTF8.self)
        } catch let error as HubError where error.code == .tooLarge {
            return nil
        }
    }

    /// Where the pull request began and where it is; `nil` where its commits are gone.
    /// - Throws: ``HubError/Code/tooLarge`` where that cannot be found within the commits that are looked at.
    func sides(_ discussion: DiscussionRecord) async throws -> (base: Revision, head: Revision)? {
        let found = try await hub.store.read { tx -> (base: GitOID, head: GitOID)? in
            let repo = try tx.repo(kind, id, for: viewer, .readFiles)
            if discussion.status == .merged {
                guard let base = discussion.mergeBaseOID, let head = discussion.headOID,
                    try tx.commit(base, in: repo.id) != nil, try tx.commit(head, in: repo.id) != nil
                else { return nil }
                return (base, head)
            }
            guard let state = try Self.state(discussion, in: repo, tx), let ancestor = state.ancestor else {
                return nil
            }
            return (ancestor.oid, state.head.oid)
        }
        return try found.map { (try Revision($0.base.hex), try Revision($0.head.hex)) }
    }

    private static func plan(_ state: State, _ tx: ReadTransaction) throws -> MergePlan {
        // What is a descendant of the branch has its changes already.
        let base = state.hasNothingNew ? state.head.tree : state.ancestor?.tree
        return try MergePlan(base: base, ours: state.branch.tree, theirs: state.head.tree, tx)
    }

    // MARK: Doing

    /// Merges the pull request.
    /// - Parameter method: `nil` fast-forwards where that is possible and makes a merge commit elsewhere.
    /// - Returns: what the branch is at then.
    func merge(_ number: Int64, method: MergeMethod?, comment: String) async throws -> GitOID {
        for attempt in 1...Self.attempts {
            do {
                return try await mergeOnce(number, method, comment)
            } catch let error as HubError where error.code == .preconditionFailed {
                // Others merge or push; a pause of one's own length lets them pass.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(10 * attempt))))
            }
        }
        throw HubError(.unavailable, "The branch keeps moving; try again")
    }

    private func mergeOnce(_ number: Int64, _ method: MergeMethod?, _ comment: String) async throws -> GitOID {
        let (state, plan) = try await hub.store.read { tx in
            let state = try mergeable(number, tx)
            return (state, try Self.plan(state, tx))
        }
        if method == .fastForward, !state.canFastForward, !state.hasNothingNew {
            throw HubError(.conflict, "The branch has moved on since: #\(number) cannot be merged by fast-forward")
        }
        let lease = try await hub.blobLease()
        var conflicts = plan.conflicts
        var texts: [(text: MergePlan.Text, file: StoredFile)] = []
        for text in plan.texts {
            if let bytes = try await hub.merged(text) {
                texts.append((text, try await hub.uploads.storeRegularFile(bytes, lease: lease)))
            } else {
                conflicts.append(text.path)
            }
        }
        guard conflicts.isEmpty else {
            throw HubError(.conflict, "These files have conflicts: " + conflicts.sorted().joined(separator: ", "))
        }
        let stored = Dictionary(texts.map { ($0.file.sha256, $0.file.size) }) { first, _ in first }
        let (now, quota) = (hub.clock.now, hub.limits.storageQuota)
        let files = texts
        let (repo, oid) = try await hub.recording(stored, under: lease, durable: true) { tx in
            let current = try mergeable(number, tx.read)
            guard current.branch.oid == state.branch.oid, current.head.oid == state.head.oid else {
                throw HubError(.preconditionFailed, "The branch was updated meanwhile")
            }
            let oid = try tx.withinQuota(of: current.repo.ownerID, standard: quota) {
                try target(of: current, plan, files, method, tx, at: now)
            }
            try record(current, oid, comment, tx, at: now)
            return (current.repo, oid)
        }
        // The merge stands whatever happens now; what is derived from it can be derived again.
        if state.base == RefName.headsPrefix + RefName.mainBranch {
            try await MetadataIndexer(hub: hub).index(repo: repo.id)
        }
        return oid
    }

    /// - Throws: what says why the viewer cannot merge it.
    private func mergeable(_ number: Int64, _ tx: ReadTransaction) throws -> State {
        let (repo, discussion) = try tx.discussion(kind, id, number, for: viewer, .write)
        guard discussion.isPullRequest else { throw HubError(.badRequest, "#\(number) is not a pull request") }
        switch discussion.status {
        case .open: break
        case .draft:
            throw HubError(.conflict, "#\(number) is a draft: open it before it is merged")
        case .closed, .merged:
            throw HubError(.conflict, "#\(number) is \(discussion.status.rawValue)")
        }
        guard let state = try Self.state(discussion, in: repo, tx) else {
            throw HubError(.conflict, "The branch that #\(number) is for, or its own ref, is gone")
        }
        try tx.requirePush(state.base, repo, viewer, merges: true)
        return state
    }

    /// The commit that the branch is to be at.
    private func target(
        of state: State,
        _ plan: MergePlan,
        _ texts: [(text: MergePlan.Text, file: StoredFile)],
        _ method: MergeMethod?,
        _ tx: WriteTransaction,
        at now: Timestamp
    ) throws -> GitOID {
        if state.hasNothingNew { return state.branch.oid }
        if state.canFastForward, method == nil || method == .fastForward { return state.head.oid }
        let writer = CommitWriter(
            tx: tx,
            repo: state.repo,
            viewer: viewer,
            domain: hub.domain(of: state.repo),
            now: now
        )
        let editor = try TreeEditor(reader: TreeReader(tx.read), root: state.branch.tree)
        for (path, entry) in plan.incoming where entry == nil {
            _ = try editor.removeFile(try RepoPath(path))
        }
        for (path, entry) in plan.incoming {
            if let entry { try editor.put(entry.oid, at: try RepoPath(path), mode: entry.mode) }
        }
        for (text, file) in texts {
            try tx.recordBlob(file.sha256, size: file.size, repo: state.repo.id, at: now)
            try tx.insertFileObject(
                FileObjectRecord(oid: file.gitOID, sha256: file.sha256, size: file.size, pointerSize: nil)
            )
            let path = try RepoPath(text.path)
            try editor.put(file.gitOID, at: path, mode: text.mode)
            try tx.queueScan(file.sha256, isNamedPickle: BlobScanner.isPickleName(path), at: now)
        }
        let header = try header(state, isSquash: method == .squash, tx.read)
        return try writer.write(
            tree: try editor.write(to: tx),
            header: header,
            onto: state.branch,
            merging: method == .squash ? nil : state.head.oid
        ).oid
    }

    private func header(_ state: State, isSquash: Bool, _ tx: ReadTransaction) throws -> CommitHeader {
        var header = CommitHeader(summary: "\(state.discussion.title) (#\(state.discussion.number))")
        guard isSquash else { return header }
        let commits = try tx.commits(from: state.head.oid, to: state.ancestor?.oid, in: state.repo, limit: 100)
        header.description = commits.map { "- \($0.title) (\($0.oid.hex))" }.joined(separator: "\n")
        if let author = state.discussion.author, author.id != viewer.account?.id {
            header.description += "\n\nCo-authored-by: \(author.name) <\(author.name)@users.noreply.vitrine>"
        }
        return header
    }

    private func record(
        _ state: State,
        _ oid: GitOID,
        _ comment: String,
        _ tx: WriteTransaction,
        at now: Timestamp
    ) throws {
        let writer = DiscussionWriter(tx: tx, repo: state.repo, viewer: viewer, now: now)
        if !comment.isEmpty { _ = try writer.comment(comment, state.discussion) }
        if oid != state.branch.oid {
            try tx.compareAndSwapRef(
                repo: state.repo.id,
                name: state.base,
                from: state.branch.oid,
                to: oid,
                at: now
            )
            if state.base == RefName.headsPrefix + RefName.mainBranch { try tx.touchRepo(id: state.repo.id, at: now) }
            let move = RefMove(name: state.base, from: state.branch.oid, to: oid)
            try tx.noteMoves([move], of: state.repo, by: viewer, at: now)
        }
        try tx.setMerged(oid, base: state.ancestor?.oid, head: state.head.oid, state.discussion.id)
        _ = try writer.setStatus(.merged, state.discussion)
    }
}

extension DiscussionService {
    /// Merges a pull request into its branch.
    /// - Parameter method: `nil` fast-forwards where that is possible and makes a merge commit elsewhere.
    /// - Returns: what the branch is at then.
    /// - Throws: ``HubError/Code/conflict`` that names the files both have changed.
    public func merge(
        _ kind: RepoKind,
        _ id: RepoID,
        _ number: Int64,
        method: MergeMethod?,
        comment: String?,
        viewer: Viewer
    ) async throws -> GitOID {
        try await Merging(hub: hub, kind: kind, id: id, viewer: viewer)
            .merge(number, method: method, comment: (comment ?? "").trimmed)
    }
}

extension ReadTransaction {
    /// The commits along first parents from `head` back to `end`, which is left out; the oldest first.
    func commits(from head: GitOID, to end: GitOID?, in repo: RepoRecord, limit: Int) throws -> [CommitRecord] {
        var commits: [CommitRecord] = []
        var next: GitOID? = head
        while let oid = next, oid != end, commits.count < limit, let commit = try commit(oid, in: repo.id) {
            commits.append(commit)
            next = commit.parent
        }
        return commits.reversed()
    }
}
