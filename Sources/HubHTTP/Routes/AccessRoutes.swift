// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Requests to read gated repos.
struct AccessRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        for kind in RepoKind.allCases {
            router.post("/\(kind.urlPrefix){namespace}/{name}/ask-access") { try await ask(kind, $0, $1) }
        }
        router.get("/api/{kind}/{namespace}/{name}/user-access-request/{status}", use: list)
        router.post("/api/{kind}/{namespace}/{name}/user-access-request/handle", use: handle)
        router.post("/api/{kind}/{namespace}/{name}/user-access-request/grant", use: grant)
    }

    /// A form as a browser sends it, or a JSON object.
    @Sendable private func ask(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response {
        var fields: [(name: String, value: String)] = []
        if request.mediaType == "application/json" {
            let body = try await request.jsonBody(limit: 1 << 20)
            guard let object = body.objectValue else {
                throw HubError(.badRequest, "The request body must be a JSON object of fields")
            }
            for (name, value) in object {
                guard let text = value.stringValue ?? value.boolValue.map({ $0 ? "true" : "false" }) else {
                    throw HubError(.badRequest, "\"\(name)\" must be a string, true or false")
                }
                fields.append((name, text))
            }
        } else {
            fields = try await request.formItems().all
        }
        let id = try context.repoID()
        let status = try await hub.access.ask(kind, id, fields: fields, viewer: context.viewer)
        if ErrorResponses.wantsHTML(request) {
            return Response(status: .seeOther, headers: [.location: "/\(kind.urlPrefix)\(id)"])
        }
        return Response.json(["success": true, "status": .string(status.rawValue)])
    }

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        guard let status = AccessRequestStatus(rawValue: try context.segment("status")) else {
            throw HubError(.notFound, "Access requests are pending, accepted or rejected")
        }
        let query = try request.queryItems()
        let page = try await hub.access.list(
            try context.kind(),
            try context.repoID(),
            status,
            cursor: query["cursor"],
            limit: try query.int("limit", in: 1...Int.max),
            viewer: context.viewer
        )
        return try Response.page(page, request, context)
    }

    @Sendable private func handle(_ request: Request, _ context: HubContext) async throws -> Response {
        let (kind, id) = (try context.kind(), try context.repoID())
        let body = try await request.jsonBody()
        guard let status = AccessRequestStatus(rawValue: try body.required("status")) else {
            throw HubError(.badRequest, "\"status\" must be accepted, rejected or pending")
        }
        let subject: AccessService.Subject
        switch (try body.optional("user"), try body.optional("requestId")) {
        case (let user?, nil): subject = .user(try Self.user(user))
        case (nil, let request?): subject = .request(request)
        default: throw HubError(.badRequest, "Either \"user\" or \"requestId\" must be given")
        }
        try await hub.access.handle(
            kind,
            id,
            subject,
            to: status,
            rejectionReason: try body.optional("rejectionReason"),
            viewer: context.viewer
        )
        return Response.json(["success": true])
    }

    @Sendable private func grant(_ request: Request, _ context: HubContext) async throws -> Response {
        let (kind, id) = (try context.kind(), try context.repoID())
        let body = try await request.jsonBody()
        try await hub.access.grant(kind, id, to: try Self.user(try body.required("user")), viewer: context.viewer)
        return Response.json(["success": true])
    }

    /// A name that nobody can have is one that is not there.
    private static func user(_ text: String) throws -> AccountName {
        do { return try AccountName(text) } catch let error as HubError where error.code == .badRequest {
            throw HubError(.notFound, "There is no user of that name")
        }
    }
}
