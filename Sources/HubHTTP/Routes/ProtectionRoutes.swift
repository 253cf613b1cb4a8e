// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Protected branches; a pattern is one encoded segment, or several.
struct ProtectionRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        let base = "/api/{kind}/{namespace}/{name}/protected-branches"
        router.get(RouterPath(base)) { _, context in
            Response.json(
                try await hub.protections.list(try context.kind(), try context.repoID(), viewer: context.viewer)
            )
        }
        router.put(RouterPath("\(base)/**")) { request, context in
            let body = try await request.jsonBody()
            guard let push = ProtectedPush(rawValue: try body.required("push")) else {
                throw HubError(.badRequest, "\"push\" must be admins or nobody")
            }
            let pattern = try context.catchAll()
            try await hub.protections.protect(
                try context.kind(),
                try context.repoID(),
                pattern,
                push,
                viewer: context.viewer
            )
            return Response.json(["pattern": .string(pattern), "push": .string(push.rawValue)])
        }
        router.delete(RouterPath("\(base)/**")) { _, context in
            try await hub.protections.unprotect(
                try context.kind(),
                try context.repoID(),
                try context.catchAll(),
                viewer: context.viewer
            )
            return Response.json(["success": true])
        }
    }
}
