// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

extension SessionService {
    /// The browsers that the viewer is signed in with, the latest first.
    /// - Throws: ``HubError/Code/unauthenticated``, ``HubError/Code/forbidden`` for a token without the role `write`.
    public func list(_ viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        let now = hub.clock.now
        let found = try await hub.store.read { try $0.sessions(ofAccount: account.id, at: now) }
        return .array(
            found.map { session in
                [
                    "id": .string(session.publicID), "createdAt": .string(session.createdAt.iso8601),
                    "expiresAt": .string(session.expiresAt.iso8601),
                    "lastUsedAt": session.lastUsedAt.map { .string($0.iso8601) } ?? .null,
                    "address": session.address.map(JSONValue.string) ?? .null,
                    "agent": session.agent.map(JSONValue.string) ?? .null, "means": .string(session.means),
                    "isCurrent": .bool(session.hash == viewer.sessionHash),
                ]
            }
        )
    }

    /// Ends one of the viewer's sessions.
    /// - Parameter id: as in the list.
    /// - Throws: ``HubError/Code/notFound``, besides what ``list(_:)`` throws.
    public func end(_ id: String, viewer: Viewer) async throws {
        let account = try Self.owner(viewer)
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            guard let session = try tx.read.sessions(ofAccount: account.id, at: now).first(where: { $0.publicID == id })
            else { throw HubError(.notFound, "You have no such session") }
            try tx.deleteSession(hash: session.hash)
            try tx.audit(.sessionEnd, account.name, by: viewer, ["session": .string(id)], at: now)
        }
    }

    /// Ends all of the viewer's sessions but the one they came with.
    /// - Returns: how many there were.
    public func endOthers(_ viewer: Viewer) async throws -> Int {
        let account = try Self.owner(viewer)
        let now = hub.clock.now
        return try await hub.store.write(durable: true) { tx in
            let ended = try tx.deleteSessions(ofAccount: account.id, except: viewer.sessionHash)
            try tx.audit(.sessionEnd, account.name, by: viewer, ["endedSessions": .int(Int64(ended))], at: now)
            return ended
        }
    }

    private static func owner(_ viewer: Viewer) throws -> AccountRecord {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Sign in to see your sessions") }
        guard viewer.mayDoAll else {
            throw HubError(.forbidden, "Sessions are looked after with a token that has the role write")
        }
        return account
    }
}
