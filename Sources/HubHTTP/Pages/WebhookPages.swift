// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// Webhooks of who is signed in, and what was sent to them.
struct WebhookPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/settings/webhooks", on: router) { try await all($0) }
        site.get("/settings/webhooks/{webhook}", on: router) { try await one($0) }
    }

    private func all(_ visit: PageVisit) async throws -> Response {
        let session = try visit.requireSession()
        let webhooks = try await hub.webhooks.list(viewer: visit.viewer).arrayValue ?? []
        let data: JSONObject = [
            "webhooks": .array(webhooks.map(Self.brief)), "me": .string(session.name), "settings_webhooks": true,
        ]
        return try site.page("webhooks", data, Self.head("Webhooks"), visit)
    }

    private func one(_ visit: PageVisit) async throws -> Response {
        _ = try visit.requireSession()
        let id = try visit.context.segment("webhook")
        let webhook = try await hub.webhooks.webhook(id, viewer: visit.viewer)
        let page = try await hub.webhooks.deliveries(
            id,
            cursor: try visit.query()["cursor"],
            limit: 50,
            viewer: visit.viewer
        )
        let now = hub.clock.now
        var data: JSONObject = ["webhook": Self.brief(webhook), "settings_webhooks": true]
        data["deliveries"] = .array(
            (page.items.arrayValue ?? []).map { delivery in
                let number = delivery["id"]?.stringValue ?? ""
                return [
                    "event": delivery["event"] ?? "", "status": delivery["status"] ?? "",
                    "attempts": delivery["attempts"] ?? 0, "code": delivery["responseStatus"] ?? "",
                    "error": delivery["error"] ?? "",
                    "date": Display.time(delivery["createdAt"]?.stringValue, now: now),
                    "replayURL": .string("/api/settings/webhooks/\(id)/deliveries/\(number)/replay"),
                    "jsonURL": .string("/api/settings/webhooks/\(id)/deliveries/\(number)"),
                ]
            }
        )
        data["next"] = .string(try page.next.map { try visit.link("cursor", $0) } ?? "")
        return try site.page("webhook", data, Self.head("Webhook"), visit)
    }

    private static func brief(_ webhook: JSONValue) -> JSONValue {
        let id = webhook["id"]?.stringValue ?? ""
        let watched = (webhook["watched"]?.arrayValue ?? []).compactMap { item in
            item["name"]?.stringValue.map { "\(item["type"]?.stringValue ?? "") \($0)" }
        }
        return [
            "id": .string(id), "target": webhook["url"] ?? "", "url": .string("/settings/webhooks/\(id)"),
            "apiURL": .string("/api/settings/webhooks/\(id)"), "isDisabled": webhook["disabled"] ?? false,
            "watched": .string(watched.joined(separator: ", ")),
            "domains": .string(
                (webhook["domains"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
            ),
        ]
    }

    private static func head(_ title: String) -> PageHead {
        var head = PageHead(title: title)
        head.isPrivate = true
        return head
    }
}
