// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// What a webhook looks at: everything of a namespace, or one repo.
public struct WebhookWatch: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case user, org, model, dataset, space
    }

    public let kind: Kind
    public let name: String

    public init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }
}

/// Where somebody wants to be told of changes.
public struct WebhookRecord: Sendable {
    public let id: Int64
    /// 24 hex digits.
    public let publicID: String
    public let accountID: Int64
    public let url: String
    public let secret: String?
    public let onRepo: Bool
    public let onDiscussion: Bool
    public let baseURL: String
    public let isDisabled: Bool
    public let watched: [WebhookWatch]

    static let columns = """
        webhook.id, webhook.public_id, webhook.account_id, webhook.url, webhook.secret, webhook.on_repo,
        webhook.on_discussion, webhook.base_url, webhook.disabled
        """

    init(_ row: Row, watched: [WebhookWatch]) throws {
        id = try row.value("id")
        publicID = try row.value("public_id")
        accountID = try row.value("account_id")
        url = try row.value("url")
        secret = try row.optional("secret")
        onRepo = try row.value("on_repo")
        onDiscussion = try row.value("on_discussion")
        baseURL = try row.value("base_url")
        isDisabled = try row.value("disabled")
        self.watched = watched
    }
}

/// One message to a webhook: waiting, or what became of it.
public struct WebhookDeliveryRecord: Sendable {
    public enum Status: String, Sendable {
        case waiting, delivered, failed
    }

    public let id: Int64
    /// 24 hex digits.
    public let publicID: String
    public let webhookID: Int64
    public let repoID: Int64?
    /// Action and scope, as `update repo.content`.
    public let event: String
    public let payload: String
    public let status: Status
    public let attempts: Int64
    public let dueAt: Timestamp
    public let createdAt: Timestamp
    public let triedAt: Timestamp?
    public let responseStatus: Int64?
    public let error: String?

    init(_ row: Row) throws {
        id = try row.value("id")
        publicID = try row.value("public_id")
        webhookID = try row.value("webhook_id")
        repoID = try row.optional("repo_id")
        event = try row.value("event")
        payload = try row.value("payload")
        status = try row.choice("status")
        attempts = try row.value("attempts")
        dueAt = try row.time("due_at")
        createdAt = try row.time("created_at")
        triedAt = try row.optionalTime("tried_at")
        responseStatus = try row.optional("response_status")
        error = try row.optional("error")
    }
}
