// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// Which acts to look for; what is `nil` does not matter.
public struct AuditFilter: Sendable {
    public var since: Timestamp?
    /// An account's name, in any case; the empty text is the operator.
    public var actor: String?
    /// A whole action (`repo.delete`), or its first part (`repo`).
    public var action: String?

    public init(since: Timestamp? = nil, actor: String? = nil, action: String? = nil) {
        self.since = since
        self.actor = actor
        self.action = action
    }
}

extension ReadTransaction {
    /// Acts after the one called `id`, oldest first, at most `limit`.
    public func audit(after id: Int64, matching filter: AuditFilter = AuditFilter(), limit: Int) throws -> [AuditRecord]
    {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(AuditRecord.columns) FROM audit
                WHERE id > ? AND created_at >= coalesce(?, created_at)
                    AND lower(coalesce(actor, '')) = coalesce(lower(?), lower(coalesce(actor, '')))
                    AND (? IS NULL OR action = ? OR substr(action, 1, length(?) + 1) = ? || '.')
                ORDER BY id LIMIT ?
                """,
            arguments: [
                id, filter.since?.milliseconds, filter.actor, filter.action, filter.action, filter.action,
                filter.action, limit,
            ]
        ).map(AuditRecord.init)
    }

    /// The id of the latest act, 0 without one.
    public func lastAuditID() throws -> Int64 { try Int64.fetchOne(db, sql: "SELECT max(id) FROM audit") ?? 0 }
}

extension WriteTransaction {
    /// Puts an act on record, with whatever else this transaction does.
    public func appendAudit(_ act: AuditRecord) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO audit (created_at, action, actor_id, actor, token_id, address, request_id, target, data)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            act.createdAt.milliseconds, act.action, act.actorID, act.actor, act.tokenID, act.address, act.requestID,
            act.target, act.data,
        ])
    }
}
