// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Repos as a whole: their making, settings, deletion and description.
public struct RepoService: Sendable {
    let hub: Hub

    /// Deletes a repo; its blobs stay until garbage collection.
    public func delete(_ kind: RepoKind, _ id: RepoID, viewer: Viewer) async throws {
        guard !viewer.isAnonymous else { throw HubError(.unauthenticated, "Log in to delete a repository") }
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .administer)
            try tx.announce(RepoChange(.delete, .repo, repo), at: now)
            try tx.deleteRepo(id: repo.id)
            try tx.appendEvent(
                "repo.delete",
                account: viewer.account?.id,
                repo: repo.id,
                data: (["kind": .string(kind.rawValue), "name": .string(repo.fullName)] as JSONValue).serialized,
                at: now
            )
            try tx.audit(.repoDelete, repo.fullName, by: viewer, ["kind": .string(kind.rawValue)], at: now)
        }
    }

    /// Changes who may see a repo and who may read its files; `nil` leaves a setting as it is.
    public func updateSettings(
        _ kind: RepoKind,
        _ id: RepoID,
        visibility: Visibility?,
        gated: Gating??,
        discussionsDisabled: Bool? = nil,
        viewer: Viewer
    ) async throws {
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .administer)
            try tx.updateRepo(
                id: repo.id,
                visibility: visibility,
                gated: gated,
                discussionsDisabled: discussionsDisabled
            )
            try tx.appendEvent("repo.settings", account: viewer.account?.id, repo: repo.id, at: now)
            var change: JSONObject = ["kind": .string(kind.rawValue)]
            if let visibility { change["visibility"] = .string(visibility.rawValue) }
            if let gated { change["gated"] = gated.map { .string($0.rawValue) } ?? .bool(false) }
            if let discussionsDisabled { change["discussionsDisabled"] = .bool(discussionsDisabled) }
            if let changed = try tx.read.repo(id: repo.id) {
                try tx.announce(RepoChange(.update, .config, changed), at: now)
            }
            try tx.audit(.repoSettings, repo.fullName, by: viewer, change, at: now)
        }
    }

    /// Succeeds if the viewer may read the repo's files (or write to it).
    public func checkAccess(_ kind: RepoKind, _ id: RepoID, write: Bool, viewer: Viewer) async throws {
        _ = try await hub.store.read { try $0.repo(kind, id, for: viewer, write ? .write : .readFiles) }
    }
}
