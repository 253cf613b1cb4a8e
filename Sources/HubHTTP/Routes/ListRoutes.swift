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
        router.get("/api/spaces/semantic-search", use: searchSpaces)
        router.get("/api/{kind}/{namespace}/{name}/parquet", use: parquet)
        router.get("/api/{kind}/{namespace}/{name}/parquet/{config}", use: parquet)
        router.get("/api/{kind}/{namespace}/{name}/parquet/{config}/{split}", use: parquet)
        router.get("/api/quicksearch", use: quickSearch)
        router.get("/api/trending", use: trending)
        router.get("/api/{kind}/{namespace}/{name}/leaderboard", use: leaderboard)
        // Papers are the Hub's own; there are none here, and clients take an empty list for that.
        for path in ["/api/daily_papers", "/api/papers/search"] as [RouterPath] {
            router.get(path) { _, _ in Response.json([]) }
        }
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
        let baseURL = try request.baseURL(context)
        // What anybody may see is answered from memory until something is written.
        let key = baseURL + request.uri.description
        if context.viewer.isAnonymous, let answer = hub.listings.kept(key) {
            return page(answer, request, baseURL: baseURL)
        }
        let wanted = try ListingRequest(kind, try request.queryItems())
        let answer = try await hub.listings.answer(
            kind,
            wanted,
            baseURL: baseURL,
            keepAs: key,
            viewer: context.viewer
        )
        return page(answer, request, baseURL: baseURL)
    }

    private func page(_ answer: ListingAnswer, _ request: Request, baseURL: String) -> Response {
        var headers: HTTPFields = [:]
        if let next = answer.next {
            headers[.link] = "<\(request.address(baseURL: baseURL, replacing: "cursor", with: next))>; rel=\"next\""
        }
        return .json(answer.body, headers: headers)
    }

    @Sendable private func quickSearch(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        return Response.json(
            try await hub.listings.quickSearch(
                query["q"] ?? "",
                kinds: query.all("type", splittingCommas: true),
                limit: try query.int("limit", in: 1...1000) ?? 5,
                viewer: context.viewer
            )
        )
    }

    /// By words: there is no model of meaning on this hub, and so no score of it.
    @Sendable private func searchSpaces(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        var wanted = ListingRequest()
        wanted.search = [query["q"] ?? ""]
        wanted.filters = query.all("filter", splittingCommas: true) + query.all("sdk", splittingCommas: true)
        wanted.limit = 50
        let baseURL = try request.baseURL(context)
        let page = try await hub.listings.list(.space, wanted, baseURL: baseURL, viewer: context.viewer)
        return .json(page.items)
    }

    @Sendable private func parquet(_ request: Request, _ context: HubContext) async throws -> Response {
        guard try context.kind() == .dataset else { throw HubError(.notFound, "Only datasets have Parquet files") }
        let files = try await hub.trees.parquetFiles(
            try context.repoID(),
            baseURL: try request.baseURL(context),
            viewer: context.viewer
        )
        var answer: JSONValue = files
        for name in ["config", "split"] where context.parameters.get(name) != nil {
            let key = try context.segment(name)
            guard let inner = answer[key] else { throw HubError(.notFound, "The dataset has no \(name) '\(key)'") }
            answer = inner
        }
        return .json(answer)
    }

    @Sendable private func trending(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        return Response.json(
            try await hub.listings.trending(
                type: query["type"] ?? "all",
                limit: try query.int("limit", in: 1...1000) ?? 10,
                viewer: context.viewer
            )
        )
    }

    @Sendable private func leaderboard(_ request: Request, _ context: HubContext) async throws -> Response {
        guard try context.kind() == .dataset else { throw HubError(.notFound, "Only datasets have leaderboards") }
        return Response.json(try await hub.listings.leaderboard(try context.repoID(), viewer: context.viewer))
    }
}
