// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// What goes on in the hub, for its administrators. The calls are our own (docs/api.md).
struct AdminRoutes: RouteGroup {
    let hub: Hub
    let inference: InferenceService
    /// As the server was started with.
    let settings: [Configuration.Effective]

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/admin/storage") { request, context in
            let query = try request.queryItems()
            let (page, totals) = try await hub.oversight.storage(
                cursor: query["cursor"],
                limit: try query.int("limit", in: 1...Int.max),
                by: context.viewer
            )
            var response = try Response.page(
                ItemPage(items: .object(totals.merging(["repos": page.items])), next: page.next),
                request,
                context
            )
            response.headers[.cacheControl] = "no-store"
            return response
        }
        router.get("/api/admin/quotas") { request, context in
            let query = try request.queryItems()
            let page = try await hub.oversight.quotas(
                cursor: query["cursor"],
                limit: try query.int("limit", in: 1...Int.max),
                by: context.viewer
            )
            return try Response.page(page, request, context)
        }
        router.get("/api/admin/transfers") { _, context in
            Response.json(try await hub.oversight.transfers(by: context.viewer))
        }
        router.get("/api/admin/inference") { _, context in
            Response.json(try inference.activity(by: context.viewer))
        }
        router.get("/api/admin/damage") { _, context in
            Response.json(try await hub.oversight.damage(by: context.viewer))
        }
        router.get("/api/admin/gc") { _, context in
            Response.json(try await hub.collectionDesk.status(hub: hub, by: context.viewer))
        }
        router.post("/api/admin/gc", use: collect)
        router.get("/api/admin/audit", use: audit)
        router.get("/api/admin/settings") { _, context in
            try context.viewer.requireOperator()
            return Response.json(.array(settings.map(\.json)))
        }
    }

    @Sendable private func collect(_ request: Request, _ context: HubContext) async throws -> Response {
        try context.viewer.requireOperator()
        let body = try await request.optionalJSONBody()
        let status = try await hub.collectionDesk.start(
            dryRun: try body.flag("dryRun") ?? false,
            graceSeconds: try body.number("graceSeconds") ?? GarbageCollector.defaultGraceSeconds,
            hub: hub,
            by: context.viewer
        )
        return Response.json(status, status: status["isRunning"] == true ? .accepted : .ok)
    }

    @Sendable private func audit(_ request: Request, _ context: HubContext) async throws -> Response {
        let page = try await hub.oversight.audit(try Self.auditQuery(request.queryItems()), by: context.viewer)
        return try Response.page(page, request, context)
    }

    /// - Throws: ``HubError/Code/badRequest``.
    static func auditQuery(_ items: QueryItems) throws -> OversightService.AuditQuery {
        var query = OversightService.AuditQuery()
        query.actor = items["actor"].flatMap { $0.isEmpty ? nil : $0 }
        query.action = items["action"].flatMap { $0.isEmpty ? nil : $0 }
        if let since = items["since"], !since.isEmpty {
            // A day, or a moment.
            guard let moment = Timestamp(iso8601: since.contains("T") ? since : since + "T00:00:00.000Z") else {
                throw HubError(.badRequest, "\"since\" must be a day or a time, like 2026-11-23")
            }
            query.since = moment
        }
        query.cursor = items["cursor"]
        query.limit = try items.int("limit", in: 1...Int.max)
        return query
    }
}
