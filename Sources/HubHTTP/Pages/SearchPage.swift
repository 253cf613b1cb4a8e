// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// A search over everything: the best of each kind, with the way to the whole list.
struct SearchPage: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/search") { request, context in
            // The dataset viewer's search has the same path.
            if try request.queryItems().contains("dataset") {
                return try await DatasetViewerRoutes(hub: hub).searchRows(request, context)
            }
            return try await site.answer(request, context) { try await show($0) }
        }
    }

    private func show(_ visit: PageVisit) async throws -> Response {
        let text = (try visit.query()["q"] ?? "").prefix(200)
        let now = hub.clock.now
        var data: JSONObject = ["q": .string(String(text))]
        var isEmpty = true
        for kind in RepoKind.allCases {
            guard text.contains(where: { !$0.isWhitespace }) else { break }
            var wanted = ListingRequest()
            wanted.search = [String(text)]
            wanted.expand = RepoCards.fields(kind)
            wanted.sort = "trendingScore"
            wanted.limit = 10
            let page = try await hub.listings.list(kind, wanted, baseURL: visit.baseURL, viewer: visit.viewer)
            let items = page.items.arrayValue ?? []
            isEmpty = isEmpty && items.isEmpty
            data[kind.plural] = .array(items.map { RepoCards.item($0, kind, now: now) })
            data["\(kind.plural)URL"] = .string(SiteURL.query("/\(kind.plural)", [("search", String(text))]))
        }
        let people = try await hub.listings.quickSearch(
            String(text),
            kinds: ["users", "orgs"],
            limit: 10,
            viewer: visit.viewer
        )
        let names =
            ((people["users"]?.arrayValue ?? []).compactMap { $0["user"] }
            + (people["orgs"]?.arrayValue ?? []).compactMap { $0["name"] }).compactMap(\.stringValue)
        data["people"] = .array(
            names.map {
                [
                    "name": .string($0), "url": .string(SiteURL.account($0)),
                    "initial": .string(String($0.prefix(1)).uppercased()),
                ]
            }
        )
        data["isEmpty"] = .bool(isEmpty && names.isEmpty)
        var head = PageHead(title: text.isEmpty ? "Search" : "Search: \(text)")
        head.section = "search"
        head.isPrivate = true
        return try site.page("search", data, head, visit)
    }
}
