// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// A user's webhooks and what was sent to them.
public struct WebhookService: Sendable {
    let hub: Hub

    static let maximumWebhooks: Int64 = 100
    static let maximumWatched = 100
    static let pageSize = 50

    /// What a client says of a webhook; `nil` leaves a value as it is.
    public struct Settings: Sendable {
        public var url: String?
        public var secret: String?
        public var domains: [String]?
        public var watched: [(type: String, name: String)]?

        public init() {}
    }

    public func list(viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        return try await hub.store.read { tx in .array(try tx.webhooks(ofAccount: account).map(Self.json)) }
    }

    public func webhook(_ id: String, viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        return try await hub.store.read { tx in Self.json(try tx.requireWebhook(id, account)) }
    }

    /// - Parameter baseURL: by which the client knows the hub; addresses in payloads begin with it.
    public func create(_ settings: Settings, baseURL: String, viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        guard let url = settings.url else { throw HubError(.badRequest, "\"url\" must say where to deliver to") }
        try hub.limits.webhookTargets.check(url: url)
        let watched = try Self.watched(settings.watched ?? [])
        guard !watched.isEmpty else { throw HubError(.badRequest, "\"watched\" must name what to look at") }
        let domains = try Self.domains(settings.domains ?? ["repo", "discussion"])
        let secret = try Self.secret(settings.secret)
        let now = hub.clock.now
        return try await hub.store.write(durable: true) { tx in
            guard try tx.read.webhookCount(ofAccount: account) < Self.maximumWebhooks else {
                throw HubError(.forbidden, "You have \(Self.maximumWebhooks) webhooks: delete one first")
            }
            let webhook = try tx.insertWebhook(
                publicID: RandomID.publicID(),
                account: account,
                url: url,
                secret: secret,
                onRepo: domains.contains("repo"),
                onDiscussion: domains.contains("discussion"),
                baseURL: baseURL,
                watched: watched,
                at: now
            )
            try tx.audit(.webhookCreate, webhook.publicID, by: viewer, ["url": .string(url)], at: now)
            return Self.json(webhook)
        }
    }

    public func update(_ id: String, _ settings: Settings, baseURL: String, viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        if let url = settings.url { try hub.limits.webhookTargets.check(url: url) }
        // Clients send an empty list where nothing is to change.
        let watched = try Self.watched(settings.watched ?? [])
        let domains = try settings.domains.map(Self.domains)
        let secret = try Self.secret(settings.secret)
        let now = hub.clock.now
        return try await hub.store.write(durable: true) { tx in
            let webhook = try tx.read.requireWebhook(id, account)
            try tx.updateWebhook(
                webhook.id,
                url: settings.url ?? webhook.url,
                secret: settings.secret == nil ? webhook.secret : secret,
                onRepo: domains?.contains("repo") ?? webhook.onRepo,
                onDiscussion: domains?.contains("discussion") ?? webhook.onDiscussion,
                baseURL: baseURL
            )
            if !watched.isEmpty { try tx.setWatched(watched, ofWebhook: webhook.id) }
            try tx.audit(
                .webhookUpdate,
                webhook.publicID,
                by: viewer,
                ["url": .string(settings.url ?? webhook.url)],
                at: now
            )
            return Self.json(try tx.read.requireWebhook(id, account))
        }
    }

    public func setDisabled(_ isDisabled: Bool, _ id: String, viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        return try await hub.store.write { tx in
            try tx.setWebhookDisabled(isDisabled, try tx.read.requireWebhook(id, account).id)
            return Self.json(try tx.read.requireWebhook(id, account))
        }
    }

    public func delete(_ id: String, viewer: Viewer) async throws {
        let account = try Self.owner(viewer)
        let now = hub.clock.now
        try await hub.store.write(durable: true) { tx in
            let webhook = try tx.read.requireWebhook(id, account)
            try tx.deleteWebhook(webhook.id)
            try tx.audit(.webhookDelete, webhook.publicID, by: viewer, at: now)
        }
    }

    // MARK: Deliveries

    /// A page of what was sent to a webhook, or is to be, the latest first.
    public func deliveries(_ id: String, cursor: String?, limit: Int?, viewer: Viewer) async throws -> ItemPage {
        let account = try Self.owner(viewer)
        let size = min(limit ?? Self.pageSize, Self.pageSize)
        var before: Int64?
        if let cursor {
            before = Int64(cursor)
            guard before != nil else { throw HubError(.badRequest, "\"cursor\" is not one this hub gave out") }
        }
        let last = before
        return try await hub.store.read { tx in
            let webhook = try tx.requireWebhook(id, account)
            let rows = try tx.deliveries(ofWebhook: webhook.id, before: last, limit: size + 1)
            let page = rows.prefix(size)
            return ItemPage(
                items: .array(page.map { .object(Self.json($0)) }),
                next: rows.count > size ? page.last.map { String($0.id) } : nil
            )
        }
    }

    /// One of them with its payload.
    public func delivery(_ id: String, _ delivery: String, viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        return try await hub.store.read { tx in
            let webhook = try tx.requireWebhook(id, account)
            let found = try tx.requireDelivery(delivery, of: webhook)
            var json = Self.json(found)
            json["payload"] = try JSONValue(parsing: Array(found.payload.utf8))
            return .object(json)
        }
    }

    /// Sends the same once more, as a message of its own.
    public func replay(_ id: String, _ delivery: String, viewer: Viewer) async throws -> JSONValue {
        let account = try Self.owner(viewer)
        let now = hub.clock.now
        return try await hub.store.write { tx in
            let webhook = try tx.read.requireWebhook(id, account)
            guard !webhook.isDisabled else { throw HubError(.conflict, "The webhook is disabled: enable it first") }
            let found = try tx.read.requireDelivery(delivery, of: webhook)
            let again = RandomID.publicID()
            try tx.insertDelivery(
                publicID: again,
                webhook: webhook.id,
                repo: found.repoID,
                event: found.event,
                payload: found.payload,
                at: now
            )
            return .object(Self.json(try tx.read.requireDelivery(again, of: webhook)))
        }
    }

    // MARK: Shared

    /// Webhooks belong to users, and need a token that may do all its owner may: they see every repo that the owner sees.
    private static func owner(_ viewer: Viewer) throws -> Int64 {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to look after webhooks") }
        guard viewer.isSession || viewer.token?.role == .write else {
            throw HubError(.forbidden, "Webhooks need a token with the role write")
        }
        return account.id
    }

    private static func watched(_ items: [(type: String, name: String)]) throws -> [WebhookWatch] {
        guard items.count <= maximumWatched else {
            throw HubError(.badRequest, "A webhook looks at \(maximumWatched) things at most")
        }
        return try items.map { item in
            guard let kind = WebhookWatch.Kind(rawValue: item.type) else {
                throw HubError(.badRequest, "\"type\" of what is watched must be user, org, model, dataset or space")
            }
            switch kind {
            case .user, .org: return WebhookWatch(kind: kind, name: try AccountName(item.name).text)
            case .model, .dataset, .space: return WebhookWatch(kind: kind, name: try RepoID(item.name).description)
            }
        }
    }

    private static func domains(_ names: [String]) throws -> Set<String> {
        guard !names.isEmpty, names.allSatisfy({ ["repo", "discussion"].contains($0) }) else {
            throw HubError(.badRequest, "\"domains\" must be repo, discussion, or both")
        }
        return Set(names)
    }

    /// An empty one is none.
    private static func secret(_ text: String?) throws -> String? {
        guard let text, !text.isEmpty else { return nil }
        // It is sent in a header.
        guard text.utf8.count <= 512, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw HubError(.badRequest, "A secret has at most 512 printable ASCII characters, and no spaces")
        }
        return text
    }

    private static func json(_ webhook: WebhookRecord) -> JSONValue {
        var domains: [JSONValue] = []
        if webhook.onRepo { domains.append("repo") }
        if webhook.onDiscussion { domains.append("discussion") }
        var json: JSONObject = [
            "id": .string(webhook.publicID), "url": .string(webhook.url),
            "watched": .array(
                webhook.watched.map { ["type": .string($0.kind.rawValue), "name": .string($0.name)] }
            ),
            "domains": .array(domains), "disabled": .bool(webhook.isDisabled),
        ]
        json["secret"] = webhook.secret.map { .string($0) }
        return .object(json)
    }

    private static func json(_ delivery: WebhookDeliveryRecord) -> JSONObject {
        var json: JSONObject = [
            "id": .string(delivery.publicID), "event": .string(delivery.event),
            "status": .string(delivery.status.rawValue), "attempts": .int(delivery.attempts),
            "createdAt": .string(delivery.createdAt.iso8601),
        ]
        json["triedAt"] = delivery.triedAt.map { .string($0.iso8601) }
        json["responseStatus"] = delivery.responseStatus.map { .int($0) }
        json["error"] = delivery.error.map { .string($0) }
        if delivery.status == .waiting { json["dueAt"] = .string(delivery.dueAt.iso8601) }
        return json
    }
}

extension ReadTransaction {
    fileprivate func requireWebhook(_ id: String, _ account: Int64) throws -> WebhookRecord {
        guard let webhook = try webhook(id, account: account) else {
            throw HubError(.notFound, "You have no webhook \(id.prefix(40))")
        }
        return webhook
    }

    fileprivate func requireDelivery(_ id: String, of webhook: WebhookRecord) throws -> WebhookDeliveryRecord {
        guard let delivery = try delivery(id, webhook: webhook.id) else {
            throw HubError(.notFound, "The webhook has no delivery \(id.prefix(40))")
        }
        return delivery
    }
}
