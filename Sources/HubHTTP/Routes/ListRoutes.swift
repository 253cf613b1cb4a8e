// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Lists, searches, and what there is to filter by.
struct ListRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/models") { try await list(.model, $0, $1) }
        router.get("/api/datasets") { try await list(.dataset, $0, $1) }
        router.get("/api/spaces") { try await list(.space, $0, $1) }
        router.get("/api/models-tags-by-type") { _, _ in Response.json(try await hub.listings.tagsByType(.model)) }
        router.get("/api/datasets-tags-by-type") { _, _ in Response.json(try await hub.listings.tagsByType(.dataset)) }
        router.get("/api/tasks") { _, context in
            Response.json(try await hub.listings.tasks(viewer: context.viewer))
        }
        router.get("/api/tasks/{task}") { _, context in
            Response.json(try await hub.listings.task(try context.segment("task"), viewer: context.viewer))
        }
    }

    @Sendable private func list(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        var wanted = ListingRequest()
        wanted.search = query.all("search")
        wanted.author = query["author"]
        wanted.filters =
            query.all("filter", splittingCommas: true) + query.all("library", splittingCommas: true)
            + query.all("tags", splittingCommas: true)
        wanted.pipelineTag = query["pipeline_tag"]
        wanted.gated = query.contains("gated") ? try query.bool("gated") : nil
        wanted.parameters = query["num_parameters"]
        wanted.sort = query["sort"]
        wanted.ascending = query["direction"] == "1"
        wanted.limit = try query.int("limit", in: 1...Int.max)
        wanted.cursor = query["cursor"]
        wanted.full = try query.bool("full")
        wanted.cardData = try query.bool("cardData")
        wanted.config = try query.bool("config")
        wanted.expand = query.all("expand", splittingCommas: true)
        let baseURL = try request.baseURL(context)
        let page = try await hub.listings.list(kind, wanted, baseURL: baseURL, viewer: context.viewer)
        return Response.page(
            page.items,
            next: page.next.map { request.address(baseURL: baseURL, replacing: "cursor", with: $0) }
        )
    }
}
