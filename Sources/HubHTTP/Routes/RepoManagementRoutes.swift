// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// What is done to repos as a whole after they are made: moving, duplicating, squashing, looking after LFS files.
struct RepoManagementRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.post("/api/repos/move", use: move)
        router.post("/api/{kind}/{namespace}/{name}/duplicate", use: duplicate)
        router.post("/api/{kind}/{namespace}/{name}/super-squash/{revision}", use: squash)
        router.get("/api/{kind}/{namespace}/{name}/lfs-files", use: lfsFiles)
        router.post("/api/{kind}/{namespace}/{name}/lfs-files/batch", use: deleteLFSFiles)
        router.get("/api/settings/repositories", use: ownRepos)
        router.get("/api/organizations/{organization}/settings/repositories", use: organisationRepos)
    }

    @Sendable private func move(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let (from, to) = (try body.required("fromRepo"), try body.required("toRepo"))
        guard !context.viewer.isAnonymous else { throw HubError(.unauthenticated, "Log in to move a repository") }
        let source: RepoID
        do { source = try RepoID(from) } catch { throw HubError.repoNotFound }
        let target = try RepoID(to)
        try await hub.repos.move(try body.repoKind(), source, to: target, viewer: context.viewer)
        return Response.json(["success": true, "id": .string(target.description)])
    }

    @Sendable private func duplicate(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let answer = try await hub.repos.duplicate(
            try context.kind(),
            try context.repoID(),
            to: try RepoID(try body.required("repository")),
            visibility: try body.visibility(),
            baseURL: try request.baseURL(context),
            viewer: context.viewer
        )
        return Response.json(answer)
    }

    @Sendable private func squash(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let oid = try await hub.commits.squash(
            try context.kind(),
            try context.repoID(),
            try context.revision(),
            message: try body.optional("message"),
            viewer: context.viewer
        )
        return Response.json(["success": true, "commitOid": .string(oid.hex)])
    }

    @Sendable private func lfsFiles(_ request: Request, _ context: HubContext) async throws -> Response {
        let (kind, id, query) = (try context.kind(), try context.repoID(), try request.queryItems())
        let page = try await hub.repos.lfsFiles(
            kind,
            id,
            cursor: query["cursor"],
            limit: try query.int("limit", in: 1...Int.max),
            viewer: context.viewer
        )
        return try Response.page(page, request, context)
    }

    /// Files leave history with their bytes: a pointer to nothing would break every clone of the commits that have it.
    @Sendable private func deleteLFSFiles(_ request: Request, _ context: HubContext) async throws -> Response {
        let (kind, id) = (try context.kind(), try context.repoID())
        let body = try await request.jsonBody()
        guard let listed = body["deletions"]?["sha"]?.arrayValue else {
            throw HubError(.badRequest, "\"deletions.sha\" must be a list of fileOids")
        }
        guard listed.count <= RepoService.maximumLFSDeletions else {
            throw HubError(.badRequest, "At most \(RepoService.maximumLFSDeletions) files can be deleted at once")
        }
        guard body["deletions"]?["rewriteHistory"]?.boolValue ?? true else {
            throw HubError(.unprocessable, "LFS files are only deleted along with their history: set rewriteHistory")
        }
        let files = try listed.map { item in
            guard let oid = item.stringValue.flatMap({ GitOID(hex: $0) }) else {
                throw HubError(.badRequest, "\"deletions.sha\" must be a list of fileOids of 40 hex digits")
            }
            return oid
        }
        try await hub.repos.deleteLFSFiles(kind, id, files: Set(files), viewer: context.viewer)
        return Response.json(["success": true])
    }

    @Sendable private func ownRepos(_ request: Request, _ context: HubContext) async throws -> Response {
        try await storage(of: nil, request, context)
    }

    @Sendable private func organisationRepos(_ request: Request, _ context: HubContext) async throws -> Response {
        try await storage(of: try context.accountName("organization"), request, context)
    }

    private func storage(of owner: AccountName?, _ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let page = try await hub.repos.storage(
            of: owner,
            cursor: query["cursor"],
            limit: try query.int("limit", in: 1...Int.max),
            viewer: context.viewer
        )
        return try Response.page(page, request, context)
    }
}
