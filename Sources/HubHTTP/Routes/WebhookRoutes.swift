// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Webhooks of the one who asks, and what was sent to them.
struct WebhookRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        let base = "/api/settings/webhooks"
        router.get(RouterPath(base)) { _, context in
            Response.json(try await hub.webhooks.list(viewer: context.viewer))
        }
        router.post(RouterPath(base)) { request, context in
            let webhook = try await hub.webhooks.create(
                try await settings(request),
                baseURL: try request.baseURL(context),
                viewer: context.viewer
            )
            return Response.json(["webhook": webhook])
        }
        router.get(RouterPath("\(base)/{webhook}")) { _, context in
            Response.json([
                "webhook": try await hub.webhooks.webhook(try context.segment("webhook"), viewer: context.viewer)
            ])
        }
        router.post(RouterPath("\(base)/{webhook}")) { request, context in
            let webhook = try await hub.webhooks.update(
                try context.segment("webhook"),
                try await settings(request),
                baseURL: try request.baseURL(context),
                viewer: context.viewer
            )
            return Response.json(["webhook": webhook])
        }
        for (word, isDisabled) in [("enable", false), ("disable", true)] {
            router.post(RouterPath("\(base)/{webhook}/\(word)")) { _, context in
                let webhook = try await hub.webhooks.setDisabled(
                    isDisabled,
                    try context.segment("webhook"),
                    viewer: context.viewer
                )
                return Response.json(["webhook": webhook])
            }
        }
        router.delete(RouterPath("\(base)/{webhook}")) { _, context in
            try await hub.webhooks.delete(try context.segment("webhook"), viewer: context.viewer)
            return Response.json(["success": true])
        }
        router.get(RouterPath("\(base)/{webhook}/deliveries"), use: deliveries)
        router.get(RouterPath("\(base)/{webhook}/deliveries/{delivery}")) { _, context in
            Response.json(
                try await hub.webhooks.delivery(
                    try context.segment("webhook"),
                    try context.segment("delivery"),
                    viewer: context.viewer
                )
            )
        }
        router.post(RouterPath("\(base)/{webhook}/deliveries/{delivery}/replay")) { _, context in
            Response.json(
                try await hub.webhooks.replay(
                    try context.segment("webhook"),
                    try context.segment("delivery"),
                    viewer: context.viewer
                )
            )
        }
    }

    @Sendable private func deliveries(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let page = try await hub.webhooks.deliveries(
            try context.segment("webhook"),
            cursor: query["cursor"],
            limit: try query.int("limit", in: 1...Int.max),
            viewer: context.viewer
        )
        return try Response.page(page, request, context)
    }

    private func settings(_ request: Request) async throws -> WebhookService.Settings {
        let body = try await request.jsonBody()
        guard body["jobSourceId"] == nil else {
            throw HubError(.unsupported, "This hub runs no jobs: a webhook needs a \"url\"")
        }
        var settings = WebhookService.Settings()
        settings.url = try body.optional("url")
        settings.secret = try body.optional("secret")
        settings.domains = try body["domains"]?.arrayValue?.map { item in
            guard let text = item.stringValue else { throw HubError(.badRequest, "\"domains\" must be strings") }
            return text
        }
        settings.watched = try body["watched"]?.arrayValue?.map { (try $0.required("type"), try $0.required("name")) }
        return settings
    }
}
