// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// A repo's settings, for who administers it.
struct RepoSettingsPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get(ofEachRepo: "/settings", on: router) { try await show($0, $1) }
    }

    private func show(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        _ = try visit.requireSession()
        let repo = try await RepoFrame.load(kind, visit, hub, fields: ["usedStorage"])
        guard repo.overview.mayAdminister else {
            throw HubError(.forbidden, "You don't administer \(repo.id)")
        }
        let now = hub.clock.now
        var data = repo.data(tab: "settings", now: now)
        let gated = repo.overview.info["gated"]?.stringValue
        data["settings"] = [
            "isPublic": .bool(!repo.overview.isPrivate), "isAutomatic": .bool(gated == "auto"),
            "isManual": .bool(gated == "manual"), "isOpen": .bool(gated == nil),
            "discussionsDisabled": .bool(repo.overview.discussionsDisabled),
            "storage": .string(Display.bytes(repo.overview.info["usedStorage"]?.intValue ?? 0)),
        ]
        let protections = try await hub.protections.list(kind, repo.id, viewer: visit.viewer)
        data["protections"] = .array(
            (protections.arrayValue ?? []).map { item in
                [
                    "pattern": item["pattern"] ?? "", "push": item["push"] ?? "",
                    "url": .string(
                        "/api/\(kind.plural)/\(repo.id)/protected-branches/"
                            + PercentCoding.encode(item["pattern"]?.stringValue ?? "")
                    ),
                ]
            }
        )
        if gated != nil {
            for (name, status) in [("pending", AccessRequestStatus.pending), ("accepted", .accepted)] {
                let page = try await hub.access.list(
                    kind,
                    repo.id,
                    status,
                    cursor: nil,
                    limit: 100,
                    viewer: visit.viewer
                )
                data[name] = .array((page.items.arrayValue ?? []).map { Self.request($0, now: now) })
            }
        }
        var head = repo.head("Settings")
        head.isPrivate = true
        return try site.page("repo-settings", data, head, visit)
    }

    private static func request(_ request: JSONValue, now: Timestamp) -> JSONValue {
        let fields = request["fields"]?.objectValue ?? [:]
        return [
            "user": request["user"]?["user"] ?? "", "email": request["user"]?["email"] ?? "",
            "date": Display.time(request["timestamp"]?.stringValue, now: now),
            "fields": .array(
                fields.map { ["name": .string($0.key), "value": .string($0.value.stringValue ?? $0.value.serialized)] }
            ),
        ]
    }
}
