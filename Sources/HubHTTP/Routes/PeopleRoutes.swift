// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Users, and who follows whom.
struct PeopleRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/users/{user}/overview") { _, context in
            Response.json(
                try await hub.people.userOverview(try context.accountName("user"), viewer: context.viewer)
            )
        }
        router.get("/api/users/{user}/following") { request, context in
            let query = try request.queryItems()
            let page = try await hub.people.following(
                of: try context.accountName("user"),
                cursor: query["cursor"],
                limit: try query.int("limit", in: 1...Int.max),
                viewer: context.viewer
            )
            return try Response.page(page, request, context)
        }
        for (path, segment, kind) in [
            ("/api/users/{user}", "user", AccountKind.user),
            ("/api/organizations/{organization}", "organization", .org),
        ] {
            router.get("\(path)/followers") { request, context in
                let query = try request.queryItems()
                let page = try await hub.people.followers(
                    of: try context.accountName(segment),
                    kind,
                    cursor: query["cursor"],
                    limit: try query.int("limit", in: 1...Int.max),
                    viewer: context.viewer
                )
                return try Response.page(page, request, context)
            }
            for (method, follows) in [(HTTPRequest.Method.post, true), (.delete, false)] {
                router.on("\(path)/follow", method: method) { _, context in
                    let name = try context.accountName(segment)
                    try await hub.people.setFollow(follows, name, kind, viewer: context.viewer)
                    return Response.json(["success": true])
                }
            }
        }
    }
}
