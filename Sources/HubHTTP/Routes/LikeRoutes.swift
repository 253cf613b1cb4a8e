// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Likes and likers.
struct LikeRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.post("/api/{kind}/{namespace}/{name}/like") { _, context in try await set(true, context) }
        router.delete("/api/{kind}/{namespace}/{name}/like") { _, context in try await set(false, context) }
        router.get("/api/{kind}/{namespace}/{name}/likers", use: likers)
        router.get("/api/users/{user}/likes", use: likes)
    }

    private func set(_ isLiked: Bool, _ context: HubContext) async throws -> Response {
        try await hub.likes.set(isLiked, try context.kind(), try context.repoID(), viewer: context.viewer)
        return Response.json(["success": true])
    }

    @Sendable private func likers(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let page = try await hub.likes.likers(
            try context.kind(),
            try context.repoID(),
            cursor: query["cursor"],
            limit: try query.int("limit", in: 1...Int.max),
            viewer: context.viewer
        )
        return try Response.page(page, request, context)
    }

    @Sendable private func likes(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let page = try await hub.likes.likes(
            of: try context.accountName("user"),
            cursor: query["cursor"],
            limit: try query.int("limit", in: 1...Int.max),
            viewer: context.viewer
        )
        return try Response.page(page, request, context)
    }
}
