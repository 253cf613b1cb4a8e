// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// One's own access tokens. The Hub has a web page for them: these calls are our own (docs/api.md).
struct TokenRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/settings/tokens") { _, context in
            Response.json(try await hub.tokens.list(context.viewer))
        }
        router.post("/api/settings/tokens", use: create)
        router.delete("/api/settings/tokens/{token}") { _, context in
            try await hub.tokens.revoke(try context.segment("token"), viewer: context.viewer)
            return Response.json(["success": true])
        }
    }

    @Sendable private func create(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        guard let role = TokenRole(rawValue: try body.required("role")) else {
            throw HubError(.badRequest, "\"role\" must be read, write or fineGrained")
        }
        var new = NewToken(name: try body.required("displayName"), role: role)
        if let lifetime = body["expiresIn"], !lifetime.isNull {
            guard let seconds = lifetime.intValue else {
                throw HubError(.badRequest, "\"expiresIn\" must be a whole number of seconds")
            }
            new.lifetimeSeconds = seconds
        }
        if let grants = body["fineGrained"], !grants.isNull {
            if let flag = grants["canReadGatedRepos"] {
                guard let value = flag.boolValue else {
                    throw HubError(.badRequest, "\"canReadGatedRepos\" must be true or false")
                }
                new.canReadGated = value
            }
            guard grants["global"]?.arrayValue?.isEmpty ?? true else {
                throw HubError(.badRequest, "\"global\" has no permissions on this hub")
            }
            new.scopes = try (grants["scoped"]?.arrayValue ?? []).map(Self.scope)
        }
        let created = try await hub.tokens.create(new, viewer: context.viewer)
        var answer = created.json.objectValue ?? [:]
        answer["token"] = .string(created.secret.text)
        // Nobody between us and the client is to keep it.
        return Response.json(.object(answer), status: .created, headers: [.cacheControl: "no-store"])
    }

    private static func scope(_ json: JSONValue) throws -> TokenScope {
        guard let entity = json["entity"], let names = json["permissions"]?.arrayValue else {
            throw HubError(.badRequest, "A scope is {\"entity\": {\"type\", \"name\"}, \"permissions\": […]}")
        }
        let permissions = try names.map { name in
            guard let permission = name.stringValue.flatMap(TokenScope.Permission.init(rawValue:)) else {
                let known = TokenScope.Permission.allCases.map(\.rawValue).joined(separator: ", ")
                throw HubError(.badRequest, "\"permissions\" must be among \(known)")
            }
            return permission
        }
        return TokenScope(
            entityType: try entity.required("type"),
            entityName: try entity.required("name"),
            permissions: permissions
        )
    }
}
