// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// A request to read a gated repo's files.
public struct AccessRequestRecord: Sendable, Hashable {
    public let id: Int64
    /// 24 hex digits: what clients see as `requestId`.
    public let publicID: String
    public let repoID: Int64
    public let accountID: Int64
    public let status: AccessRequestStatus
    /// Whether the person has asked, and so agreed to show the email address; else access was granted unasked.
    public let wasAsked: Bool
    /// What was filled in, as a JSON object.
    public let fields: String
    public let rejectionReason: String?
    public let createdAt: Timestamp

    static let columns = """
        access_request.id AS request_id, access_request.public_id AS request_public_id, access_request.repo_id,
        access_request.account_id, access_request.status, access_request.asked, access_request.fields,
        access_request.rejection_reason, access_request.created_at AS requested_at
        """

    init(_ row: Row) throws {
        id = try row.value("request_id")
        publicID = try row.value("request_public_id")
        repoID = try row.value("repo_id")
        accountID = try row.value("account_id")
        status = try row.choice("status")
        wasAsked = try row.value("asked")
        fields = try row.value("fields")
        rejectionReason = try row.optional("rejection_reason")
        createdAt = try row.time("requested_at")
    }
}
