// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension RepoService {
    /// Makes a repo with the branches, tags and history of another; both name the same bytes.
    ///
    /// The copy is as visible and as gated as the original, unless told otherwise.
    /// - Throws: ``HubError/Code/conflict`` with the `url` of the repo that has the name.
    public func duplicate(
        _ kind: RepoKind,
        _ id: RepoID,
        to target: RepoID,
        visibility: Visibility?,
        baseURL: String,
        viewer: Viewer
    ) async throws -> JSONValue {
        guard let account = viewer.account else {
            throw HubError(.unauthenticated, "Log in to duplicate a repository")
        }
        let (now, quota) = (hub.clock.now, hub.limits.storageQuota)
        let copy = try await hub.store.write(durable: true) { tx in
            let source = try tx.read.repo(kind, id, for: viewer, .readFiles)
            guard let owner = try tx.read.account(named: target.namespace) else {
                throw HubError(.notFound, "There is no user or organization called '\(target.namespace)'")
            }
            guard viewer.canCreate(in: owner) else {
                throw HubError(
                    .forbidden,
                    "You don't have the rights to create a \(kind.rawValue) under the namespace \"\(owner.name)\""
                )
            }
            if let existing = try tx.read.repo(kind, target) {
                throw HubError(
                    .conflict,
                    "You already created this \(kind.rawValue) repo",
                    url: Self.url(existing, baseURL: baseURL)
                )
            }
            let copy = try tx.insertRepo(
                publicID: RandomID.publicID(),
                kind: kind,
                owner: owner,
                creator: account.id,
                name: target,
                visibility: visibility ?? source.visibility,
                sdk: source.sdk,
                at: now
            )
            if let gated = source.gated { try tx.updateRepo(id: copy.id, visibility: nil, gated: gated) }
            try tx.withinQuota(of: owner.id, standard: quota) {
                try tx.copyHistory(from: source.id, to: copy.id, at: now)
            }
            try tx.indexForSearch(repo: copy, tags: [], card: "")
            let names: JSONObject = ["kind": .string(kind.rawValue), "duplicateOf": .string(source.fullName)]
            let data = JSONValue.object(names).serialized
            try tx.appendEvent("repo.create", account: account.id, repo: copy.id, data: data, at: now)
            try tx.announce(RepoChange(.create, .repo, copy), at: now)
            try tx.audit(.repoCreate, copy.fullName, by: viewer, names, at: now)
            return copy
        }
        try await MetadataIndexer(hub: hub).index(repo: copy.id)
        return [
            "url": .string(Self.url(copy, baseURL: baseURL)), "name": .string(copy.fullName),
            "id": .string(copy.publicID), "filesCopyPending": false,
        ]
    }
}
