// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// What somebody was told of.
struct NotificationPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/notifications", on: router) { try await show($0) }
    }

    private func show(_ visit: PageVisit) async throws -> Response {
        _ = try visit.requireSession()
        let items = try visit.query()
        var query = NotificationService.Query()
        query.readStatus = items["readStatus"] ?? "unread"
        query.page = Int64(try items.int("p", in: 0...1_000_000) ?? 0)
        query.limit = 50
        let json = try await hub.notifications.list(query, viewer: visit.viewer)
        let now = hub.clock.now
        let rows = (json["notifications"]?.arrayValue ?? []).map { item -> JSONValue in
            let kind = item["repo"]?["type"]?.stringValue.flatMap(RepoKind.init(rawValue:)) ?? .model
            let repo = item["repo"]?["name"]?.stringValue ?? ""
            let discussion = item["discussion"]
            let id = discussion?["id"]?.stringValue ?? ""
            return [
                "repo": .string(repo), "title": discussion?["title"] ?? "", "status": discussion?["status"] ?? "",
                "number": discussion?["num"] ?? 0, "isRead": item["read"] ?? false,
                "url": .string("\(SiteURL.repo(kind, repo))/discussions/\(discussion?["num"]?.intValue ?? 0)"),
                "date": Display.time(item["updatedAt"]?.stringValue, now: now),
                "body": .string(JSONValue.object(["discussionIds": [.string(id)]]).serialized),
            ]
        }
        let more = (query.page + 1) * 50 < (json["count"]?["view"]?.intValue ?? 0)
        let data: JSONObject = [
            "notifications": .array(rows), "isUnread": .bool(query.readStatus == "unread"),
            "allURL": .string(try visit.link("readStatus", "all")),
            "unreadURL": .string(try visit.link("readStatus", "unread")),
            "next": .string(more ? try visit.link("p", String(query.page + 1)) : ""),
        ]
        var head = PageHead(title: "Notifications")
        head.isPrivate = true
        return try site.page("notifications", data, head, visit)
    }
}
