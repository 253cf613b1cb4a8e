// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Branches and tags. Their names arrive as one encoded segment (`refs%2Fpr%2F1`) or, from JavaScript, as several.
struct RefRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/{kind}/{namespace}/{name}/refs", use: list)
        router.post("/api/{kind}/{namespace}/{name}/branch/**", use: createBranch)
        router.delete("/api/{kind}/{namespace}/{name}/branch/**", use: deleteBranch)
        router.post("/api/{kind}/{namespace}/{name}/tag/**", use: createTag)
        router.delete("/api/{kind}/{namespace}/{name}/tag/**", use: deleteTag)
    }

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let refs = try await hub.refs.list(
            try context.kind(),
            try context.repoID(),
            includePullRequests: try request.queryItems().bool("include_prs"),
            viewer: context.viewer
        )
        return Response.json(refs)
    }

    @Sendable private func createBranch(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.optionalJSONBody()
        let branch = try context.catchAll()
        try await hub.refs.createBranch(
            try context.kind(),
            try context.repoID(),
            branch,
            start: try body.optional("startingPoint").map { try Revision($0) },
            overwrite: body["overwrite"]?.boolValue ?? false,
            viewer: context.viewer
        )
        return Response.json(["success": true, "ref": .string("refs/heads/\(branch)")])
    }

    @Sendable private func deleteBranch(_ request: Request, _ context: HubContext) async throws -> Response {
        try await hub.refs.deleteBranch(
            try context.kind(),
            try context.repoID(),
            try context.catchAll(),
            viewer: context.viewer
        )
        return Response.json(["success": true])
    }

    @Sendable private func createTag(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        try await hub.refs.createTag(
            try context.kind(),
            try context.repoID(),
            try body.required("tag"),
            at: try Revision(try context.catchAll()),
            message: try body.optional("message"),
            viewer: context.viewer
        )
        return Response.json(["success": true])
    }

    @Sendable private func deleteTag(_ request: Request, _ context: HubContext) async throws -> Response {
        try await hub.refs.deleteTag(
            try context.kind(),
            try context.repoID(),
            try context.catchAll(),
            viewer: context.viewer
        )
        return Response.json(["success": true])
    }
}
