// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Repos as a whole: making, description, settings, deletion.
struct RepoRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.post("/api/repos/create", use: create)
        router.delete("/api/repos/delete", use: delete)
        router.get("/api/{kind}/{namespace}/{name}", use: info)
        router.get("/api/{kind}/{namespace}/{name}/revision/{revision}", use: info)
        router.put("/api/{kind}/{namespace}/{name}/settings", use: settings)
        router.get("/api/{kind}/{namespace}/{name}/auth-check") { try await checkAccess($0, $1, write: false) }
        router.get("/api/{kind}/{namespace}/{name}/auth-check/write") { try await checkAccess($0, $1, write: true) }
        // Repos without a namespace are the Hub's own old ones; there are none here.
        router.get("/api/{kind}/{namespace}") { _, context -> Response in
            _ = try context.kind()
            throw HubError.repoNotFound
        }
    }

    @Sendable private func create(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        var new = NewRepo(kind: try body.repoKind(), name: try body.required("name"))
        new.organisation = try body.optional("organization")
        // Very old clients write the whole id as the name.
        if new.organisation == nil, let slash = new.name.firstIndex(of: "/") {
            new.organisation = String(new.name[..<slash])
            new.name = String(new.name[new.name.index(after: slash)...])
        }
        new.visibility = try body.visibility()
        new.sdk = try body.optional("sdk")
        new.license = try body.optional("license")
        let baseURL = try request.baseURL(context)
        return Response.json(try await hub.repos.create(new, baseURL: baseURL, viewer: context.viewer))
    }

    @Sendable private func delete(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let name = try body.required("name")
        let namespace = try body.optional("organization") ?? context.viewer.name ?? ""
        let text = name.contains("/") ? name : "\(namespace)/\(name)"
        guard !context.viewer.isAnonymous else {
            throw HubError(.unauthenticated, "Log in to delete a repository")
        }
        let id: RepoID
        do { id = try RepoID(text) } catch { throw HubError.repoNotFound }
        try await hub.repos.delete(try body.repoKind(), id, viewer: context.viewer)
        return Response.json(["success": true])
    }

    @Sendable private func info(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let options = RepoService.InfoOptions(
            expand: query.all("expand", splittingCommas: true),
            blobs: try query.bool("blobs"),
            securityStatus: try query.bool("securityStatus")
        )
        let answer = try await hub.repos.info(
            try context.kind(),
            try context.repoID(),
            revision: context.parameters.get("revision") == nil ? nil : try context.revision(),
            options: options,
            baseURL: try request.baseURL(context),
            viewer: context.viewer
        )
        return Response.json(answer)
    }

    @Sendable private func settings(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        var gated: Gating??
        switch body["gated"] {
        case nil: break
        case .bool(false), .null: gated = .some(nil)
        case .some(let value):
            guard let choice = value.stringValue.flatMap(Gating.init(rawValue:)) else {
                throw HubError(.badRequest, "\"gated\" must be \"auto\", \"manual\" or false")
            }
            gated = choice
        }
        try await hub.repos.updateSettings(
            try context.kind(),
            try context.repoID(),
            visibility: try body.visibility(),
            gated: gated,
            discussionsDisabled: body["discussionsDisabled"]?.boolValue,
            viewer: context.viewer
        )
        return Response.json(body)
    }

    @Sendable private func checkAccess(_ request: Request, _ context: HubContext, write: Bool) async throws -> Response
    {
        try await hub.repos.checkAccess(
            try context.kind(),
            try context.repoID(),
            write: write,
            viewer: context.viewer
        )
        return Response.json(["success": true])
    }
}
