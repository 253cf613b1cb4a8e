// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Notifications of the one who asks, and what people do.
struct NotificationRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/notifications", use: list)
        router.post("/api/discussions/mark-as-read", use: mark)
        router.get("/api/recent-activity") { request, context in
            let items = try request.queryItems()
            let answer = try await hub.activity.recent(
                of: try items["entity"].map { try AccountName($0) },
                type: items["activityType"],
                cursor: items["cursor"],
                limit: try items.int("limit", in: 1...Int.max),
                viewer: context.viewer
            )
            return Response.json(answer)
        }
    }

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let items = try request.queryItems()
        var query = NotificationService.Query()
        query.readStatus = items["readStatus"]
        query.mention = items["mention"]
        query.page = Int64(try items.int("p", in: 0...Int(Int32.max)) ?? 0)
        query.limit = try items.int("limit", in: 1...Int(Int32.max)).map(Int64.init)
        if let name = items["repoName"] {
            guard let kind = RepoKind(rawValue: items["repoType"] ?? "model") else {
                throw HubError(.badRequest, "\"repoType\" must be model, dataset or space")
            }
            query.repo = (kind, try RepoID(name))
        }
        return Response.json(try await hub.notifications.list(query, viewer: context.viewer))
    }

    @Sendable private func mark(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.optionalJSONBody()
        let ids = try body["discussionIds"]?.arrayValue?.map { item in
            guard let id = item.stringValue else {
                throw HubError(.badRequest, "\"discussionIds\" must be a list of strings")
            }
            return id
        }
        guard ids != nil || body["applyToAll"]?.boolValue == true else {
            throw HubError(.badRequest, "Name \"discussionIds\", or say \"applyToAll\"")
        }
        try await hub.notifications.mark(ids, read: body["read"]?.boolValue ?? true, viewer: context.viewer)
        return Response.json(["success": true])
    }
}
