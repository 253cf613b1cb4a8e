// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    public func accessRequest(repo: Int64, account: Int64) throws -> AccessRequestRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(AccessRequestRecord.columns) FROM access_request WHERE repo_id = ? AND account_id = ?
                """
        )
        return try Row.fetchOne(statement, arguments: [repo, account]).map(AccessRequestRecord.init)
    }

    /// - Parameter publicID: 24 hex digits; of another repo it is not found.
    public func accessRequest(repo: Int64, publicID: String) throws -> AccessRequestRecord? {
        try Row.fetchOne(
            db,
            sql: "SELECT \(AccessRequestRecord.columns) FROM access_request WHERE repo_id = ? AND public_id = ?",
            arguments: [repo, publicID]
        ).map(AccessRequestRecord.init)
    }

    /// A repo's requests of one status with who made them, the latest first; at most `limit`.
    public func accessRequests(
        ofRepo id: Int64,
        _ status: AccessRequestStatus,
        after: TimeCursor?,
        limit: Int
    ) throws -> [(request: AccessRequestRecord, account: AccountRecord)] {
        let (at, last) = (after?.at.milliseconds, after?.id)
        return try Row.fetchAll(
            db,
            sql: """
                SELECT account.*, \(AccessRequestRecord.columns)
                FROM access_request JOIN account ON account.id = access_request.account_id
                WHERE access_request.repo_id = ? AND access_request.status = ?
                    AND (? IS NULL OR (access_request.created_at, access_request.id) < (?, ?))
                ORDER BY access_request.created_at DESC, access_request.id DESC LIMIT ?
                """,
            arguments: [id, status.rawValue, at, at, last, limit]
        ).map { (try AccessRequestRecord($0), try AccountRecord($0)) }
    }
}

extension WriteTransaction {
    /// Makes the account's request, or gives the one that is there new words; the time it was made stays.
    /// - Parameter fields: what was filled in, a JSON object; `nil` when it is not the person who asks.
    public func setAccessRequest(
        publicID: String,
        repo: Int64,
        account: Int64,
        status: AccessRequestStatus,
        fields: String?,
        rejectionReason: String?,
        at now: Timestamp
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO access_request
                    (public_id, repo_id, account_id, status, asked, fields, rejection_reason, created_at, changed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (repo_id, account_id) DO UPDATE SET
                    status = excluded.status, asked = max(asked, excluded.asked), fields = coalesce(?, fields),
                    rejection_reason = excluded.rejection_reason, changed_at = excluded.changed_at
                """,
            arguments: [
                publicID, repo, account, status.rawValue, fields != nil, fields ?? "{}", rejectionReason,
                now.milliseconds, now.milliseconds, fields,
            ]
        )
    }
}
