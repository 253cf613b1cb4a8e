// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Branches and tags.
public struct RefService: Sendable {
    let hub: Hub

    /// The answer of `GET /api/{kind}/{id}/refs`.
    public func list(_ kind: RepoKind, _ id: RepoID, includePullRequests: Bool, viewer: Viewer) async throws
        -> JSONValue
    {
        let refs = try await hub.store.read { tx in
            try tx.refs(repo: try tx.repo(kind, id, for: viewer, .see).id)
        }
        func group(_ prefix: String, dropping dropped: String) -> JSONValue {
            .array(
                refs.filter { $0.name.hasPrefix(prefix) }.map { ref in
                    [
                        "name": .string(String(ref.name.dropFirst(dropped.count))), "ref": .string(ref.name),
                        "targetCommit": .string(ref.target.hex),
                    ]
                }
            )
        }
        var answer: JSONObject = [
            "tags": group(RefName.tagsPrefix, dropping: RefName.tagsPrefix),
            "branches": group(RefName.headsPrefix, dropping: RefName.headsPrefix),
            "converts": group("refs/convert/", dropping: "refs/convert/"),
        ]
        let pulls = RefName.pullRequestsPrefix
        if includePullRequests { answer["pullRequests"] = group(pulls, dropping: pulls) }
        return .object(answer)
    }

    /// The commit that a revision is at; `nil` where there is none of the name yet.
    public func target(_ kind: RepoKind, _ id: RepoID, _ revision: Revision, viewer: Viewer) async throws -> GitOID? {
        try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .readFiles)
            do { return try tx.resolve(revision, in: repo).oid } catch let error as HubError
                where error.code == .revisionNotFound
            {
                return nil
            }
        }
    }

    /// Makes a branch at `start`, by default where `main` is.
    /// - Throws: ``HubError/Code/conflict`` if it exists and `overwrite` is not set.
    public func createBranch(
        _ kind: RepoKind,
        _ id: RepoID,
        _ branch: String,
        start: Revision?,
        overwrite: Bool,
        viewer: Viewer
    ) async throws {
        try RefName.check(branch, what: "branch")
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .write)
            let name = RefName.headsPrefix + branch
            let existing = try tx.read.ref(repo: repo.id, name: name)
            let target = try tx.read.resolve(start ?? .main, in: repo)
            guard existing == nil || overwrite && branch != RefName.mainBranch else {
                throw HubError(.conflict, "Reference \(name) already exists")
            }
            try tx.read.requirePush(name, repo, viewer)
            try Self.checkNesting(branch, prefix: RefName.headsPrefix, refs: try tx.read.refs(repo: repo.id))
            try tx.compareAndSwapRef(repo: repo.id, name: name, from: existing?.target, to: target.oid, at: now)
            try tx.noteMoves(
                [RefMove(name: name, from: existing?.target, to: target.oid, isRewrite: existing != nil)],
                of: repo,
                by: viewer,
                at: now
            )
        }
    }

    public func deleteBranch(_ kind: RepoKind, _ id: RepoID, _ branch: String, viewer: Viewer) async throws {
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .write)
            let name = RefName.headsPrefix + branch
            guard branch != RefName.mainBranch else { throw HubError(.forbidden, "Cannot delete \(name)") }
            guard let ref = try tx.read.ref(repo: repo.id, name: name) else {
                throw HubError.revisionNotFound(branch)
            }
            try tx.read.requirePush(name, repo, viewer)
            try tx.compareAndSwapRef(repo: repo.id, name: name, from: ref.target, to: nil, at: now)
            try tx.noteMoves([RefMove(name: name, from: ref.target, to: nil)], of: repo, by: viewer, at: now)
        }
    }

    public func createTag(
        _ kind: RepoKind,
        _ id: RepoID,
        _ tag: String,
        at revision: Revision,
        message: String?,
        viewer: Viewer
    ) async throws {
        try RefName.check(tag, what: "tag")
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .write)
            let target = try tx.read.resolve(revision, in: repo)
            let name = RefName.tagsPrefix + tag
            guard try tx.read.ref(repo: repo.id, name: name) == nil else {
                throw HubError(.conflict, "Tag \(tag) already exists")
            }
            try Self.checkNesting(tag, prefix: RefName.tagsPrefix, refs: try tx.read.refs(repo: repo.id))
            try tx.compareAndSwapRef(repo: repo.id, name: name, from: nil, to: target.oid, message: message, at: now)
            try tx.noteMoves([RefMove(name: name, from: nil, to: target.oid)], of: repo, by: viewer, at: now)
        }
    }

    public func deleteTag(_ kind: RepoKind, _ id: RepoID, _ tag: String, viewer: Viewer) async throws {
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .write)
            let name = RefName.tagsPrefix + tag
            guard let ref = try tx.read.ref(repo: repo.id, name: name) else { throw HubError.revisionNotFound(tag) }
            try tx.compareAndSwapRef(repo: repo.id, name: name, from: ref.target, to: nil, at: now)
            try tx.noteMoves([RefMove(name: name, from: ref.target, to: nil)], of: repo, by: viewer, at: now)
        }
    }

    /// Git keeps refs as files: `a` and `a/b` cannot both be.
    private static func checkNesting(_ name: String, prefix: String, refs: [RefRecord]) throws {
        let full = prefix + name
        for ref in refs where ref.name.hasPrefix(prefix) && ref.name != full {
            guard !ref.name.hasPrefix(full + "/"), !full.hasPrefix(ref.name + "/") else {
                throw HubError(.conflict, "Reference \(full) cannot be beside \(ref.name)")
            }
        }
    }

    static func record(
        _ event: String,
        _ ref: String,
        _ repo: RepoRecord,
        _ viewer: Viewer,
        _ tx: WriteTransaction,
        _ now: Timestamp
    ) throws {
        let data: JSONValue = ["ref": .string(ref)]
        try tx.appendEvent(event, account: viewer.account?.id, repo: repo.id, data: data.serialized, at: now)
    }
}
