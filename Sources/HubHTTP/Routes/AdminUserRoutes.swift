// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Users, quotas and invitations, for the hub's administrators. The calls are our own (docs/api.md).
struct AdminUserRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/admin/users", use: list)
        router.post("/api/admin/users", use: create)
        let path = "/api/admin/users/{user}"
        router.get(RouterPath(path)) { _, context in
            Response.json(
                try await hub.administration.user(try context.accountName("user"), by: context.viewer),
                headers: Self.unkept
            )
        }
        router.patch(RouterPath(path), use: update)
        router.delete(RouterPath(path)) { _, context in
            try await hub.administration.deleteUser(try context.accountName("user"), by: context.viewer)
            return Response.json(["success": true])
        }
        router.put("\(path)/password", use: setPassword)
        router.put("/api/admin/quotas/{account}", use: setQuota)
        router.get("/api/admin/invitations") { _, context in
            Response.json(try await hub.invitations.list(context.viewer))
        }
        router.post("/api/admin/invitations", use: invite)
        router.delete("/api/admin/invitations/{invitation}") { _, context in
            try context.viewer.requireOperator()
            guard let id = Int64(try context.segment("invitation")) else {
                throw HubError(.notFound, "There is no such invitation")
            }
            try await hub.invitations.delete(id, by: context.viewer)
            return Response.json(["success": true])
        }
    }

    private static let unkept: HTTPFields = [.cacheControl: "no-store"]

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let page = try await hub.administration.users(
            matching: query["q"],
            cursor: query["cursor"],
            limit: try query.int("limit", in: 1...Int.max),
            by: context.viewer
        )
        return try Response.page(page, request, context)
    }

    @Sendable private func create(_ request: Request, _ context: HubContext) async throws -> Response {
        try context.viewer.requireOperator()
        let body = try await request.jsonBody(limit: 1 << 16)
        let made = try await hub.administration.createUser(
            try AccountName(try body.required("name")),
            fullName: try body.optional("fullname"),
            email: try body.optional("email"),
            password: try body.required("password"),
            isAdmin: try body.flag("isAdmin") ?? false,
            by: context.viewer
        )
        return Response.json(made, status: .created)
    }

    @Sendable private func update(_ request: Request, _ context: HubContext) async throws -> Response {
        try context.viewer.requireOperator()
        let body = try await request.jsonBody()
        var change = AdministrationService.UserChange()
        change.isAdmin = try body.flag("isAdmin")
        change.isDisabled = try body.flag("isDisabled")
        change.fullName = try body.optional("fullname")
        change.email = try body.optional("email")
        return Response.json(
            try await hub.administration.update(try context.accountName("user"), change, by: context.viewer)
        )
    }

    @Sendable private func setPassword(_ request: Request, _ context: HubContext) async throws -> Response {
        try context.viewer.requireOperator()
        let body = try await request.jsonBody(limit: 1 << 16)
        try await hub.passwords.set(
            try body.required("password"),
            of: try context.accountName("user"),
            by: context.viewer
        )
        return Response.json(["success": true])
    }

    @Sendable private func setQuota(_ request: Request, _ context: HubContext) async throws -> Response {
        try context.viewer.requireOperator()
        let body = try await request.jsonBody()
        guard let quota = Self.quota(body["quota"]) else {
            throw HubError(.badRequest, "\"quota\" must be a number of bytes, \"none\" or \"default\"")
        }
        try await hub.quotas.set(quota, of: try context.accountName("account"), by: context.viewer)
        return Response.json(["success": true])
    }

    /// Forms send numbers as text.
    private static func quota(_ json: JSONValue?) -> StorageQuota? {
        switch json?.stringValue {
        case "default": return .standard
        case "none": return .unlimited
        case let text: return (json?.intValue ?? text.flatMap { Int64($0) }).flatMap { $0 >= 0 ? .bytes($0) : nil }
        }
    }

    @Sendable private func invite(_ request: Request, _ context: HubContext) async throws -> Response {
        try context.viewer.requireOperator()
        let body = try await request.optionalJSONBody()
        let made = try await hub.invitations.create(
            uses: try body.number("uses") ?? 1,
            lifetime: try body.number("expiresIn") ?? InvitationService.defaultLifetime,
            by: context.viewer
        )
        var answer = made.json
        answer["code"] = .string(made.code)
        answer["url"] = .string(try request.baseURL(context) + made.path)
        return Response.json(.object(answer), status: .created, headers: Self.unkept)
    }
}

extension JSONValue {
    /// The truth value at `key`, or `nil` if it is missing or null.
    /// - Throws: ``HubError/Code/badRequest`` if it is something else.
    func flag(_ key: String) throws -> Bool? {
        guard let value = self[key], !value.isNull else { return nil }
        guard let flag = value.boolValue else { throw HubError(.badRequest, "\"\(key)\" must be true or false") }
        return flag
    }

    /// The whole number at `key`, or `nil` if it is missing or null.
    /// - Throws: ``HubError/Code/badRequest`` if it is something else.
    func number(_ key: String) throws -> Int64? {
        guard let value = self[key], !value.isNull else { return nil }
        guard let number = value.intValue else { throw HubError(.badRequest, "\"\(key)\" must be a whole number") }
        return number
    }
}
