// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// One's own profile, password and browsers. The Hub has web pages for them: these calls are our own (docs/api.md).
struct SettingsRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/settings/profile") { _, context in
            Response.json(try await hub.profiles.profile(context.viewer))
        }
        router.patch("/api/settings/profile") { request, context in
            let body = try await request.jsonBody()
            return Response.json(
                try await hub.profiles.update(
                    fullName: try body.optional("fullname"),
                    email: try body.optional("email"),
                    viewer: context.viewer
                )
            )
        }
        router.put("/api/settings/password") { request, context in
            let body = try await request.jsonBody(limit: 1 << 16)
            let password = try body.required("password")
            if let again = try body.optional("repeat"), again != password {
                throw HubError(.unprocessable, "The two passwords are not the same")
            }
            try await hub.passwords.change(
                current: try body.optional("current"),
                to: password,
                network: BrowserSession.network(request, context),
                viewer: context.viewer
            )
            return Response.json(["success": true])
        }
        router.get("/api/settings/sessions") { _, context in
            Response.json(try await hub.sessions.list(context.viewer))
        }
        router.delete("/api/settings/sessions") { _, context in
            Response.json(["ended": .int(Int64(try await hub.sessions.endOthers(context.viewer)))])
        }
        router.delete("/api/settings/sessions/{session}") { _, context in
            try await hub.sessions.end(try context.segment("session"), viewer: context.viewer)
            return Response.json(["success": true])
        }
    }
}
