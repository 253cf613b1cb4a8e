// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Which branches of a repo are protected. Who administers the repo says so; who sees it may know.
public struct ProtectionService: Sendable {
    let hub: Hub

    static let maximumPatterns = 100

    public func list(_ kind: RepoKind, _ id: RepoID, viewer: Viewer) async throws -> JSONValue {
        try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .see)
            return .array(
                try tx.protections(repo: repo.id).map { ["pattern": .string($0.pattern), "push": .string($0.push)] }
            )
        }
    }

    /// Protects the branches that a pattern names, or changes how.
    public func protect(
        _ kind: RepoKind,
        _ id: RepoID,
        _ pattern: String,
        _ push: ProtectedPush,
        viewer: Viewer
    ) async throws {
        guard (1...RefName.maximumLength).contains(pattern.utf8.count),
            pattern.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { throw HubError(.badRequest, "A pattern is a branch name in which * stands for anything but /") }
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .administer)
            let known = try tx.read.protections(repo: repo.id)
            guard known.count < Self.maximumPatterns || known.contains(where: { $0.pattern == pattern }) else {
                throw HubError(.badRequest, "A repository has \(Self.maximumPatterns) patterns at most")
            }
            try tx.setProtection(pattern, push: push.rawValue, repo: repo.id, at: now)
            let data: JSONObject = [
                "kind": .string(kind.rawValue), "pattern": .string(pattern), "push": .string(push.rawValue),
            ]
            try tx.audit(.branchProtect, repo.fullName, by: viewer, data, at: now)
        }
    }

    public func unprotect(_ kind: RepoKind, _ id: RepoID, _ pattern: String, viewer: Viewer) async throws {
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .administer)
            guard try tx.removeProtection(pattern, repo: repo.id) else {
                throw HubError(.notFound, "\(repo.fullName) has no protected branches called '\(pattern.prefix(80))'")
            }
            let data: JSONObject = ["kind": .string(kind.rawValue), "pattern": .string(pattern)]
            try tx.audit(.branchUnprotect, repo.fullName, by: viewer, data, at: now)
        }
    }
}
