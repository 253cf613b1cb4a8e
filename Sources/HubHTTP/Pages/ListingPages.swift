// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// Lists of models, datasets and spaces: the same queries as the API's, with what to narrow them by beside them.
struct ListingPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }
    private static let pageSize = 30

    func register(on router: some RouterMethods<HubContext>) {
        for kind in RepoKind.allCases {
            site.get("/\(kind.plural)", on: router) { try await show(kind, $0) }
        }
    }

    private func show(_ kind: RepoKind, _ visit: PageVisit) async throws -> Response {
        let query = try visit.query()
        var wanted = try ListingRequest(kind, query)
        wanted.expand = RepoCards.fields(kind)
        wanted.limit = Self.pageSize
        if wanted.sort == nil { wanted.sort = "trendingScore" }
        let page = try await hub.listings.list(kind, wanted, baseURL: visit.baseURL, viewer: visit.viewer)
        let facets = try await hub.listings.facets(kind)
        let now = hub.clock.now
        let items = page.items.arrayValue ?? []
        var data: JSONObject = [
            "kind": .string(kind.rawValue), "plural": .string(kind.plural), "title": .string(Self.title(kind)),
            "items": .array(items.map { RepoCards.item($0, kind, now: now) }),
            "total": .string(Display.grouped(facets.total)),
            "search": .string(wanted.search.joined(separator: " ")),
            "facets": .array(try ListingFacets(kind: kind, facets: facets, visit: visit).groups()),
            "active": .array(try ListingFacets(kind: kind, facets: facets, visit: visit).active()),
            "sorts": .array(try Self.sorts(kind, current: wanted.sort ?? "", visit)),
            "keptItems": .array(
                query.all.filter { !["search", "cursor"].contains($0.name) }.map {
                    ["name": .string($0.name), "value": .string($0.value)]
                }
            ),
            "isFirst": .bool(wanted.cursor == nil),
            "first": .string(try visit.link("cursor", nil)),
            "apiURL": .string(SiteURL.query("/api/\(kind.plural)", query.all.filter { $0.name != "cursor" })),
        ]
        data["next"] = .string(try page.next.map { try visit.link("cursor", $0) } ?? "")
        var head = PageHead(title: Self.title(kind))
        head.section = kind.plural
        head.description = "\(Self.title(kind)) on this hub, by task, library, language, license and tag."
        return try site.page("listing", data, head, visit)
    }

    private static func title(_ kind: RepoKind) -> String {
        switch kind {
        case .model: "Models"
        case .dataset: "Datasets"
        case .space: "Spaces"
        }
    }

    private static func sorts(_ kind: RepoKind, current: String, _ visit: PageVisit) throws -> [JSONValue] {
        var choices = [
            ("trendingScore", "Trending"), ("likes", "Most likes"), ("lastModified", "Recently updated"),
            ("createdAt", "Recently created"),
        ]
        if kind != .space { choices.insert(("downloads", "Most downloads"), at: 1) }
        let known =
            ["trending": "trendingScore", "modified": "lastModified", "created": "createdAt"][current] ?? current
        return try choices.map { value, label in
            [
                "label": .string(label), "url": .string(try visit.link("sort", value)),
                "isCurrent": .bool(value == known),
            ]
        }
    }
}
