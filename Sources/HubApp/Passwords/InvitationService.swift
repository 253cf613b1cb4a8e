// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Codes that let people sign up.
public struct InvitationService: Sendable {
    let hub: Hub

    public static let defaultLifetime: Int64 = 7 * 86_400
    /// A year, in seconds.
    public static let maximumLifetime: Int64 = 366 * 86_400
    public static let maximumUses: Int64 = 10_000

    /// An invitation just made: the only moment at which its code is known.
    public struct Made: Sendable {
        public let code: String
        /// Where it is used, on this hub.
        public var path: String { "/join?invitation=\(code)" }
        public let json: JSONObject
    }

    /// - Parameters:
    ///   - uses: how many people it admits.
    ///   - lifetime: seconds.
    /// - Throws: ``HubError/Code/badRequest``, ``HubError/Code/forbidden`` for who does not administer the hub.
    public func create(uses: Int64, lifetime: Int64, by viewer: Viewer) async throws -> Made {
        try viewer.requireOperator()
        guard (1...Self.maximumUses).contains(uses) else {
            throw HubError(.badRequest, "An invitation is for 1 to \(Self.maximumUses) people")
        }
        guard (60...Self.maximumLifetime).contains(lifetime) else {
            throw HubError(.badRequest, "An invitation holds from a minute to a year")
        }
        let code = AccessTokenSecret.generate(prefix: "join_")
        let now = hub.clock.now
        let end = now.adding(seconds: lifetime)
        return try await hub.store.write(durable: true) { tx in
            let id = try tx.insertInvitation(
                hash: code.hash,
                creator: viewer.account?.id,
                uses: uses,
                expiresAt: end,
                at: now
            )
            let json: JSONObject = ["id": .int(id), "uses": .int(uses), "expiresAt": .string(end.iso8601)]
            try tx.audit(.invitationCreate, "\(id)", by: viewer, json, at: now)
            return Made(code: code.text, json: json)
        }
    }

    /// Those that still admit somebody, the latest first.
    public func list(_ viewer: Viewer) async throws -> JSONValue {
        try viewer.requireOperator()
        let now = hub.clock.now
        let found = try await hub.store.read { try $0.invitations(at: now) }
        return .array(
            found.map { invitation in
                [
                    "id": .int(invitation.id), "createdBy": invitation.creator.map(JSONValue.string) ?? .null,
                    "uses": .int(invitation.uses), "usesLeft": .int(invitation.usesLeft),
                    "createdAt": .string(invitation.createdAt.iso8601),
                    "expiresAt": .string(invitation.expiresAt.iso8601),
                ]
            }
        )
    }

    /// - Throws: ``HubError/Code/notFound``.
    public func delete(_ id: Int64, by viewer: Viewer) async throws {
        try viewer.requireOperator()
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            guard try tx.deleteInvitation(id: id) else { throw HubError(.notFound, "There is no such invitation") }
            try tx.audit(.invitationDelete, "\(id)", by: viewer, at: now)
        }
    }
}
