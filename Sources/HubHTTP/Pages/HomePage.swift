// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// The hub's front page: what it has, and how to begin.
struct HomePage: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/", on: router, show)
    }

    @Sendable private func show(_ visit: PageVisit) async throws -> Response {
        let now = hub.clock.now
        var data: JSONObject = [:]
        for kind in RepoKind.allCases {
            var wanted = ListingRequest()
            wanted.expand = RepoCards.fields(kind)
            wanted.sort = "trendingScore"
            wanted.limit = 6
            let page = try await hub.listings.list(kind, wanted, baseURL: visit.baseURL, viewer: visit.viewer)
            data[kind.plural] = .array((page.items.arrayValue ?? []).map { RepoCards.item($0, kind, now: now) })
            let total = try await hub.listings.facets(kind).total
            data["\(kind.rawValue)Count"] = .string(Display.grouped(total))
        }
        let tasks = try await hub.listings.facets(.model).choices["pipeline_tag"] ?? []
        data["tasks"] = .array(
            // Those that have a page.
            tasks.filter { TaskCatalog.task($0.value) != nil }.map { task in
                [
                    "url": .string(SiteURL.task(task.value)), "label": .string(task.label),
                    "icon": .string(TaskIcons.path(task.value)), "count": .string(Display.count(task.count)),
                ]
            }
        )
        data["isEmpty"] = .bool(data["models"] == [] && data["datasets"] == [] && data["spaces"] == [])
        var head = PageHead(title: "Vitrine")
        head.section = "home"
        return try site.page("home", data, head, visit)
    }
}
