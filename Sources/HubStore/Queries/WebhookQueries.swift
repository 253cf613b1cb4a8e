// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    /// An account's webhooks, the oldest first.
    public func webhooks(ofAccount account: Int64) throws -> [WebhookRecord] {
        try webhooks(where: "webhook.account_id = ? ORDER BY webhook.id", [account])
    }

    /// - Parameter publicID: 24 hex digits.
    public func webhook(_ publicID: String, account: Int64) throws -> WebhookRecord? {
        try webhooks(where: "webhook.public_id = ? AND webhook.account_id = ?", [publicID, account]).first
    }

    public func webhook(id: Int64) throws -> WebhookRecord? {
        try webhooks(where: "webhook.id = ?", [id]).first
    }

    public func webhookCount(ofAccount account: Int64) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT count(*) FROM webhook WHERE account_id = ?", arguments: [account]) ?? 0
    }

    /// The webhooks that look at a repo, by its kind and name or by its owner's name, and are not disabled.
    public func webhooks(
        watching repo: RepoRecord,
        onDiscussion: Bool
    ) throws -> [(webhook: WebhookRecord, owner: AccountRecord)] {
        let ids = try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT DISTINCT webhook_id FROM webhook_watch
                    WHERE kind = ? AND name_key = ? OR kind = ? AND name_key = ? ORDER BY webhook_id
                    """
            ),
            arguments: [
                repo.kind.rawValue, repo.fullName.lowercased(), repo.ownerKind.rawValue, repo.ownerName.lowercased(),
            ]
        )
        return try ids.compactMap { id in
            guard let webhook = try webhook(id: id), !webhook.isDisabled,
                onDiscussion ? webhook.onDiscussion : webhook.onRepo,
                let owner = try account(id: webhook.accountID)
            else { return nil }
            return (webhook, owner)
        }
    }

    private func webhooks(where condition: String, _ arguments: StatementArguments) throws -> [WebhookRecord] {
        let statement = try db.cachedStatement(sql: "SELECT \(WebhookRecord.columns) FROM webhook WHERE \(condition)")
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            let watched = try Row.fetchAll(
                db.cachedStatement(sql: "SELECT kind, name FROM webhook_watch WHERE webhook_id = ? ORDER BY position"),
                arguments: [try row.value("id", as: Int64.self)]
            )
            return try WebhookRecord(
                row,
                watched: watched.map { WebhookWatch(kind: try $0.choice("kind"), name: try $0.value("name")) }
            )
        }
    }

    /// Messages whose time has come: of each webhook its oldest one only, so that no endpoint is sent several at once.
    public func dueDeliveries(at now: Timestamp, limit: Int) throws -> [WebhookDeliveryRecord] {
        // Asked every second: by the index of what waits, however long the log is.
        let statement = try db.cachedStatement(
            sql: """
                SELECT * FROM webhook_delivery WHERE id IN (
                    SELECT min(id) FROM webhook_delivery INDEXED BY webhook_delivery_due
                    WHERE status = 'waiting' AND due_at <= ? GROUP BY webhook_id
                ) ORDER BY due_at, id LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: [now.milliseconds, limit]).map(WebhookDeliveryRecord.init)
    }

    /// A webhook's messages, the latest first; at most `limit`, those before the id `before`.
    public func deliveries(ofWebhook webhook: Int64, before: Int64?, limit: Int) throws -> [WebhookDeliveryRecord] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT * FROM webhook_delivery WHERE webhook_id = ? AND id < coalesce(?, 9223372036854775807)
                ORDER BY id DESC LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: [webhook, before, limit]).map(WebhookDeliveryRecord.init)
    }

    /// - Parameter publicID: 24 hex digits.
    public func delivery(_ publicID: String, webhook: Int64) throws -> WebhookDeliveryRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM webhook_delivery WHERE public_id = ? AND webhook_id = ?"
        )
        return try Row.fetchOne(statement, arguments: [publicID, webhook]).map(WebhookDeliveryRecord.init)
    }

    public func waitingDeliveryCount() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT count(*) FROM webhook_delivery WHERE status = 'waiting'") ?? 0
    }
}

extension WriteTransaction {
    public func insertWebhook(
        publicID: String,
        account: Int64,
        url: String,
        secret: String?,
        onRepo: Bool,
        onDiscussion: Bool,
        baseURL: String,
        watched: [WebhookWatch],
        at now: Timestamp
    ) throws -> WebhookRecord {
        try db.execute(
            sql: """
                INSERT INTO webhook (public_id, account_id, url, secret, on_repo, on_discussion, base_url, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [publicID, account, url, secret, onRepo, onDiscussion, baseURL, now.milliseconds]
        )
        let id = db.lastInsertedRowID
        try setWatched(watched, ofWebhook: id)
        guard let webhook = try read.webhook(id: id) else {
            throw HubError(.internal, "The webhook just made is not there")
        }
        return webhook
    }

    public func updateWebhook(
        _ id: Int64,
        url: String,
        secret: String?,
        onRepo: Bool,
        onDiscussion: Bool,
        baseURL: String
    ) throws {
        try db.execute(
            sql: """
                UPDATE webhook SET url = ?, secret = ?, on_repo = ?, on_discussion = ?, base_url = ? WHERE id = ?
                """,
            arguments: [url, secret, onRepo, onDiscussion, baseURL, id]
        )
    }

    public func setWatched(_ watched: [WebhookWatch], ofWebhook id: Int64) throws {
        try db.execute(sql: "DELETE FROM webhook_watch WHERE webhook_id = ?", arguments: [id])
        for (position, watch) in watched.enumerated() {
            try db.execute(
                sql: """
                    INSERT INTO webhook_watch (webhook_id, kind, name_key, name, position) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """,
                arguments: [id, watch.kind.rawValue, watch.name.lowercased(), watch.name, position]
            )
        }
    }

    /// A disabled webhook hears nothing, not even what waits for it.
    public func setWebhookDisabled(_ isDisabled: Bool, _ id: Int64) throws {
        try db.execute(sql: "UPDATE webhook SET disabled = ? WHERE id = ?", arguments: [isDisabled, id])
        guard isDisabled else { return }
        try db.execute(
            sql: """
                UPDATE webhook_delivery SET status = 'failed', error = 'The webhook was disabled'
                WHERE webhook_id = ? AND status = 'waiting'
                """,
            arguments: [id]
        )
    }

    public func deleteWebhook(_ id: Int64) throws {
        try db.execute(sql: "DELETE FROM webhook WHERE id = ?", arguments: [id])
    }

    /// Puts a message into the queue.
    public func insertDelivery(
        publicID: String,
        webhook: Int64,
        repo: Int64?,
        event: String,
        payload: String,
        at now: Timestamp
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO webhook_delivery
                    (public_id, webhook_id, repo_id, event, payload, status, due_at, created_at)
                VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?)
                """,
            arguments: [publicID, webhook, repo, event, payload, now.milliseconds, now.milliseconds]
        )
    }

    /// Notes an attempt.
    /// - Parameter due: when the next one is to be, where the message goes on waiting.
    public func recordAttempt(
        _ id: Int64,
        _ status: WebhookDeliveryRecord.Status,
        response: Int?,
        error: String?,
        due: Timestamp?,
        at now: Timestamp
    ) throws {
        // What was disabled meanwhile stays so; that the message went out is worth knowing all the same.
        try db.execute(
            sql: """
                UPDATE webhook_delivery SET status = ?, attempts = attempts + 1, tried_at = ?, response_status = ?,
                    error = ?, due_at = coalesce(?, due_at)
                WHERE id = ? AND (status = 'waiting' OR ? = 'delivered')
                """,
            arguments: [
                status.rawValue, now.milliseconds, response, error, due?.milliseconds, id, status.rawValue,
            ]
        )
    }

    /// Forgets messages that are done with and older than that.
    public func forgetDeliveries(before: Timestamp) throws {
        try db.execute(
            sql: "DELETE FROM webhook_delivery WHERE status <> 'waiting' AND created_at < ?",
            arguments: [before.milliseconds]
        )
    }
}
