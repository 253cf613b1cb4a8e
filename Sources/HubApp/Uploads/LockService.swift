// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Locks of files, as git-lfs has them: a promise among people, which `git push` of their clients keeps.
public struct LockService: Sendable {
    let hub: Hub

    private static let pageSize = 100

    /// - Returns: the lock that was made, or the one that is there, which somebody holds.
    public func lock(
        _ kind: RepoKind,
        _ id: RepoID,
        path: String,
        ref: String?,
        viewer: Viewer
    ) async throws -> (lock: JSONValue, isNew: Bool) {
        let path = try RepoPath(path)
        let now = hub.clock.now
        return try await hub.store.write { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .write)
            guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to lock files") }
            if let held = try tx.read.locks(repo: repo.id, path: path.text, after: 0, limit: 1).first {
                return (Self.json(held), false)
            }
            let id = try tx.insertLock(repo: repo.id, path: path.text, ref: ref, owner: account.id, at: now)
            guard let lock = try tx.read.lock(id, repo: repo.id) else {
                throw HubError(.internal, "A lock was not there after it had been made")
            }
            return (Self.json(lock), true)
        }
    }

    /// A page of a repo's locks.
    /// - Parameters:
    ///   - lock: only the one of this id.
    ///   - cursor: as the page before said.
    public func list(
        _ kind: RepoKind,
        _ id: RepoID,
        path: String?,
        lock: Int64?,
        cursor: Int64?,
        limit: Int?,
        viewer: Viewer
    ) async throws -> JSONValue {
        let page = try await page(kind, id, path: path, cursor: cursor, limit: limit, .readFiles, viewer: viewer)
        let shown = page.locks.filter { lock == nil || $0.id == lock }
        var answer: JSONObject = ["locks": .array(shown.map(Self.json))]
        if let next = page.next { answer["next_cursor"] = .string(String(next)) }
        return .object(answer)
    }

    /// The same, told apart into those of the viewer and those of others: what a client asks before it pushes.
    public func verify(_ kind: RepoKind, _ id: RepoID, cursor: Int64?, limit: Int?, viewer: Viewer) async throws
        -> JSONValue
    {
        let page = try await page(kind, id, path: nil, cursor: cursor, limit: limit, .write, viewer: viewer)
        var answer: JSONObject = [
            "ours": .array(page.locks.filter { $0.ownerID == viewer.accountID }.map(Self.json)),
            "theirs": .array(page.locks.filter { $0.ownerID != viewer.accountID }.map(Self.json)),
        ]
        if let next = page.next { answer["next_cursor"] = .string(String(next)) }
        return .object(answer)
    }

    /// Takes a lock away.
    /// - Parameter force: also that of somebody else.
    /// - Throws: ``HubError/Code/notFound``, ``HubError/Code/forbidden`` naming who holds it.
    public func unlock(_ kind: RepoKind, _ id: RepoID, lock: Int64, force: Bool, viewer: Viewer) async throws
        -> JSONValue
    {
        try await hub.store.write { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .write)
            guard let held = try tx.read.lock(lock, repo: repo.id) else {
                throw HubError(.notFound, "There is no such lock")
            }
            guard held.ownerID == viewer.accountID || force else {
                throw HubError(.forbidden, "'\(held.path)' is locked by \(held.ownerName): ask, or use --force")
            }
            try tx.removeLock(lock, repo: repo.id)
            return Self.json(held)
        }
    }

    private func page(
        _ kind: RepoKind,
        _ id: RepoID,
        path: String?,
        cursor: Int64?,
        limit: Int?,
        _ access: Access,
        viewer: Viewer
    ) async throws -> (locks: [LockRecord], next: Int64?) {
        let size = max(1, min(limit ?? Self.pageSize, Self.pageSize))
        let found = try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, access)
            return try tx.locks(repo: repo.id, path: path, after: cursor ?? 0, limit: size + 1)
        }
        let locks = Array(found.prefix(size))
        return (locks, found.count > size ? locks.last?.id : nil)
    }

    private static func json(_ lock: LockRecord) -> JSONValue {
        [
            "id": .string(String(lock.id)), "path": .string(lock.path), "locked_at": .string(lock.lockedAt.iso8601),
            "owner": ["name": .string(lock.ownerName)],
        ]
    }
}
