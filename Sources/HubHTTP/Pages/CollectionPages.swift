// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// Collections: what people have put together.
struct CollectionPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/collections", on: router) { try await all($0) }
        site.get("/collections/{namespace}", on: router) { try await all($0) }
        site.get("/collections/{namespace}/{slug}", on: router) { try await one($0) }
    }

    /// A collection in template data, as it stands in lists.
    static func brief(_ collection: JSONValue, now: Timestamp) -> JSONValue {
        let slug = collection["slug"]?.stringValue ?? ""
        let items = collection["items"]?.arrayValue ?? []
        return [
            "title": collection["title"] ?? "", "description": collection["description"] ?? "",
            "url": .string("/collections/" + SiteURL.path(slug)), "owner": collection["owner"]?["name"] ?? "",
            "theme": collection["theme"] ?? "", "isPrivate": collection["private"] ?? false,
            "upvotes": .string(Display.count(collection["upvotes"]?.intValue ?? 0)),
            "updated": Display.time(collection["lastUpdated"]?.stringValue, now: now),
            "items": .array(items.compactMap { $0["id"] ?? $0["title"] }.map { ["name": $0] }),
        ]
    }

    private func all(_ visit: PageVisit) async throws -> Response {
        let query = try visit.query()
        var wanted = CollectionService.Query()
        wanted.text = query["q"]
        wanted.sort = query["sort"]
        wanted.cursor = query["cursor"]
        wanted.limit = 30
        let owner =
            visit.context.parameters.get("namespace") == nil ? nil : try visit.context.accountName("namespace").text
        if let owner { wanted.owners = [owner] }
        let page = try await hub.collections.list(wanted, viewer: visit.viewer)
        let now = hub.clock.now
        let data: JSONObject = [
            "collections": .array((page.items.arrayValue ?? []).map { Self.brief($0, now: now) }),
            "search": .string(query["q"] ?? ""), "owner": .string(owner ?? ""),
            "next": .string(try page.next.map { try visit.link("cursor", $0) } ?? ""),
        ]
        var head = PageHead(title: owner.map { "Collections of \($0)" } ?? "Collections")
        head.section = "collections"
        return try site.page("collections", data, head, visit)
    }

    private func one(_ visit: PageVisit) async throws -> Response {
        let slug = "\(try visit.context.segment("namespace"))/\(try visit.context.segment("slug"))"
        let collection = try await hub.collections.collection(slug, viewer: visit.viewer)
        let now = hub.clock.now
        var data = Self.brief(collection, now: now).objectValue ?? [:]
        let isMine = try await hub.collections.mayChange(slug, viewer: visit.viewer)
        data["mayChange"] = .bool(isMine && visit.session != nil)
        data["isUpvoted"] = collection["isUpvotedByUser"] ?? false
        data["apiURL"] = .string("/api/collections/" + SiteURL.path(slug))
        data["ownerURL"] = .string(SiteURL.account(collection["owner"]?["name"]?.stringValue ?? ""))
        data["items"] = .array(
            (collection["items"]?.arrayValue ?? []).map { item in
                var shown: JSONObject = [:]
                if let kind = item["type"]?.stringValue.flatMap(RepoKind.init(rawValue:)) {
                    shown = RepoCards.item(item, kind, now: now).objectValue ?? [:]
                    shown["isRepo"] = true
                } else {
                    shown["name"] = item["title"] ?? item["id"]
                    shown["url"] = item["slug"]?.stringValue.map { .string("/collections/" + SiteURL.path($0)) } ?? ""
                }
                shown["note"] = item["note"]?["html"] ?? .null
                shown["removeURL"] = .string(
                    "/api/collections/\(SiteURL.path(slug))/items/\(item["_id"]?.stringValue ?? "")"
                )
                return .object(shown)
            }
        )
        var head = PageHead(title: collection["title"]?.stringValue ?? slug)
        head.section = "collections"
        head.isPrivate = collection["private"]?.boolValue ?? false
        return try site.page("collection", data, head, visit)
    }
}
