// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension RepoService {
    /// Gives a repo another name, in its namespace or in another one; its old names lead to it until they are taken.
    /// - Throws: ``HubError/Code/conflict`` if a repo of that kind is called so, ``HubError/Code/forbidden`` for a
    ///   namespace the viewer may not create in.
    public func move(_ kind: RepoKind, _ id: RepoID, to target: RepoID, viewer: Viewer) async throws {
        guard !viewer.isAnonymous else { throw HubError(.unauthenticated, "Log in to move a repository") }
        let (now, quota) = (hub.clock.now, hub.limits.storageQuota)
        try await hub.store.write(durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .administer)
            guard let owner = try tx.read.account(named: target.namespace) else {
                throw HubError(.notFound, "There is no user or organization called '\(target.namespace)'")
            }
            guard owner.id == repo.ownerID || viewer.canCreate(in: owner) else {
                throw HubError(
                    .forbidden,
                    "You don't have the rights to create a \(kind.rawValue) under the namespace \"\(owner.name)\""
                )
            }
            try tx.withinQuota(of: owner.id, standard: quota) {
                try tx.renameRepo(repo, to: target, owner: owner, at: now)
            }
            let names: JSONObject = [
                "kind": .string(kind.rawValue), "from": .string(repo.fullName), "to": .string(target.description),
            ]
            try tx.appendEvent(
                "repo.move",
                account: viewer.account?.id,
                repo: repo.id,
                data: JSONValue.object(names).serialized,
                at: now
            )
            var change = RepoChange(.move, .repo, repo)
            change.movedTo = ("\(owner.name)/\(target.name)", owner.publicID)
            try tx.announce(change, at: now)
            try tx.audit(.repoMove, repo.fullName, by: viewer, names, at: now)
        }
    }
}
