// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Organisations and their members. The Hub has web pages for making them and for adding and removing members: those
/// calls are our own (docs/api.md).
struct OrganisationRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/organizations") { _, context in
            Response.json(try hub.organisations.mine(context.viewer))
        }
        router.post("/api/organizations", use: create)
        let path = "/api/organizations/{organization}"
        for suffix in ["", "/overview"] {
            router.get(RouterPath(path + suffix)) { _, context in
                Response.json(
                    try await hub.people.organisationOverview(
                        try context.accountName("organization"),
                        viewer: context.viewer
                    )
                )
            }
        }
        router.get("\(path)/members", use: members)
        router.post("\(path)/members", use: add)
        router.put("\(path)/members/{member}/role", use: setRole)
        router.delete("\(path)/members/{member}") { _, context in
            try await hub.organisations.removeMember(
                try context.accountName("member"),
                from: try context.accountName("organization"),
                viewer: context.viewer
            )
            return Response.json(["success": true])
        }
    }

    @Sendable private func create(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let visibility = try body.optional("defaultVisibility") ?? Visibility.public.rawValue
        guard let visibility = Visibility(rawValue: visibility) else {
            throw HubError(.badRequest, "\"defaultVisibility\" must be public or private")
        }
        let made = try await hub.organisations.create(
            try AccountName(try body.required("name")),
            fullName: try body.optional("fullname"),
            defaultVisibility: visibility,
            viewer: context.viewer
        )
        return Response.json(made, status: .created)
    }

    @Sendable private func members(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let page = try await hub.organisations.members(
            of: try context.accountName("organization"),
            email: query["email"],
            cursor: query["cursor"],
            limit: try query.int("limit", in: 1...Int.max),
            viewer: context.viewer
        )
        return try Response.page(page, request, context)
    }

    @Sendable private func add(_ request: Request, _ context: HubContext) async throws -> Response {
        let organisation = try context.accountName("organization")
        let body = try await request.jsonBody()
        try await hub.organisations.addMember(
            try AccountName(try body.required("user")),
            role: try Self.role(body),
            to: organisation,
            viewer: context.viewer
        )
        return Response.json(["success": true], status: .created)
    }

    @Sendable private func setRole(_ request: Request, _ context: HubContext) async throws -> Response {
        let (organisation, member) = (try context.accountName("organization"), try context.accountName("member"))
        let body = try await request.jsonBody()
        guard body["resourceGroups"]?.arrayValue?.isEmpty ?? true else {
            throw HubError(.unsupported, "Resource groups: not supported by this hub")
        }
        try await hub.organisations.setRole(try Self.role(body), of: member, in: organisation, viewer: context.viewer)
        return Response.json(["success": true])
    }

    private static func role(_ body: JSONValue) throws -> Role {
        guard let role = Role(rawValue: try body.required("role")) else {
            throw HubError(.badRequest, "\"role\" must be read, contributor, write or admin")
        }
        return role
    }
}
