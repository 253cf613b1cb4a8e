// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// One privileged act: who did what to which thing, when and from where.
public struct AuditRecord: Sendable, Hashable {
    /// Rises with time; 0 before the row is stored.
    public let id: Int64
    public let createdAt: Timestamp
    /// `repo.delete`, `token.create` …
    public let action: String
    public let actorID: Int64?
    /// The account's name at the time, or `nil` for the operator on the machine itself.
    public let actor: String?
    public let tokenID: Int64?
    public let address: String?
    public let requestID: String?
    /// What was acted upon, as people name it.
    public let target: String
    /// A JSON object.
    public let data: String

    static let columns =
        "id, created_at, action, actor_id, actor, token_id, address, request_id, target, data"

    public init(
        createdAt: Timestamp,
        action: String,
        actorID: Int64?,
        actor: String?,
        tokenID: Int64?,
        address: String?,
        requestID: String?,
        target: String,
        data: String
    ) {
        id = 0
        self.createdAt = createdAt
        self.action = action
        self.actorID = actorID
        self.actor = actor
        self.tokenID = tokenID
        self.address = address
        self.requestID = requestID
        self.target = target
        self.data = data
    }

    init(_ row: Row) throws {
        id = try row.value("id")
        createdAt = try row.time("created_at")
        action = try row.value("action")
        actorID = try row.optional("actor_id")
        actor = try row.optional("actor")
        tokenID = try row.optional("token_id")
        address = try row.optional("address")
        requestID = try row.optional("request_id")
        target = try row.value("target")
        data = try row.value("data")
    }
}
