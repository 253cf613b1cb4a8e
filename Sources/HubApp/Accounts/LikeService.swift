// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Likes: what an account has marked, and who has marked a repo.
public struct LikeService: Sendable {
    let hub: Hub

    static let pageSize = 100

    /// Likes a repo, or no longer does; doing so twice changes nothing.
    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/repoNotFound``, or ``HubError/Code/forbidden`` for a
    ///   token that may not write in its owner's name.
    public func set(_ isLiked: Bool, _ kind: RepoKind, _ id: RepoID, viewer: Viewer) async throws {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to like a repository") }
        let now = hub.clock.now
        try await hub.store.write { tx in
            let repo = try tx.read.repo(kind, id, for: viewer, .see)
            guard viewer.canActForItself else {
                throw HubError(.forbidden, "This token may not write: likes need a token with the role write")
            }
            guard try tx.setLike(isLiked, account: account.id, repo: repo.id, at: now) else { return }
            try tx.appendEvent(isLiked ? "like.create" : "like.delete", account: account.id, repo: repo.id, at: now)
        }
    }

    /// A page of those who like a repo, the latest first.
    public func likers(
        _ kind: RepoKind,
        _ id: RepoID,
        cursor: String?,
        limit: Int?,
        viewer: Viewer
    ) async throws -> ItemPage {
        let after = try cursor.map(ListingCursor.decodeTime)
        let size = min(limit ?? Self.pageSize, Self.pageSize)
        return try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .see)
            let rows = try tx.likers(ofRepo: repo.id, after: after, limit: size + 1)
            let page = rows.prefix(size)
            return ItemPage(
                items: .array(page.map { AccountPresenter.brief($0.account) }),
                next: rows.count > size
                    ? page.last.map { ListingCursor.encode(TimeCursor(at: $0.at, id: $0.account.id)) } : nil
            )
        }
    }

    /// A page of what a user likes, the latest first: only what the viewer may see.
    /// - Throws: ``HubError/Code/notFound`` if there is no such user.
    public func likes(of name: AccountName, cursor: String?, limit: Int?, viewer: Viewer) async throws -> ItemPage {
        let after = try cursor.map(ListingCursor.decodeTime)
        let size = min(limit ?? Self.pageSize, Self.pageSize)
        return try await hub.store.read { tx in
            guard let user = try tx.account(named: name), user.kind == .user else {
                throw HubError(.notFound, "There is no user called '\(name)'")
            }
            let rows = try tx.likes(
                ofAccount: user.id,
                scope: viewer.visibilityScope,
                after: after,
                limit: size + 1
            )
            let page = rows.prefix(size)
            return ItemPage(
                items: .array(
                    page.map { row in
                        [
                            "createdAt": .string(row.at.iso8601),
                            "repo": ["name": .string(row.repo.fullName), "type": .string(row.repo.kind.rawValue)],
                        ]
                    }
                ),
                next: rows.count > size
                    ? page.last.map { ListingCursor.encode(TimeCursor(at: $0.at, id: $0.repo.id)) } : nil
            )
        }
    }
}
