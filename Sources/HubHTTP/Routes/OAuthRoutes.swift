// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// The hub as OAuth and OpenID Connect provider: what `hf auth login` and applications call.
struct OAuthRoutes: RouteGroup {
    /// Calls whose `Authorization: Basic` is a program's, not a user's.
    static let clientPaths: Set<String> = ["/oauth/token", "/oauth/revoke", "/oauth/device"]

    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        for name in ["openid-configuration", "oauth-authorization-server"] {
            router.get(RouterPath("/.well-known/\(name)")) { request, context in
                Response.json(OAuthService.metadata(base: try request.baseURL(context)))
            }
        }
        router.get("/oauth/jwks") { _, _ in Response.json(try await hub.oauth.keys()) }
        router.post("/oauth/device") { request, context in try await reply { try await device(request, context) } }
        router.post("/oauth/token") { request, context in try await reply { try await token(request, context) } }
        router.post("/oauth/revoke") { request, _ in
            try await reply {
                let items = try await items(request)
                guard let token = items["token"] else { throw OAuthError(.invalidRequest, "token is missing") }
                try await hub.oauth.revoke(try client(items, request), token)
                return Response.json([:])
            }
        }
        for method in [HTTPRequest.Method.get, .post] {
            router.on("/oauth/userinfo", method: method) { request, context in
                Response.json(try await hub.oauth.userInfo(context.viewer, base: try request.baseURL(context)))
            }
        }
    }

    private func device(_ request: Request, _ context: HubContext) async throws -> Response {
        let items = try await items(request)
        let code = try await hub.oauth.requestDevice(try client(items, request), scope: items["scope"])
        let place = try request.baseURL(context) + "/oauth/device"
        return Response.json(
            [
                "device_code": .string(code.code), "user_code": .string(code.userCode),
                "verification_uri": .string(place),
                "verification_uri_complete": .string("\(place)?user_code=\(code.userCode)"),
                "expires_in": .int(code.expiresIn), "interval": .int(code.interval),
            ],
            headers: [.cacheControl: "no-store"]
        )
    }

    private func token(_ request: Request, _ context: HubContext) async throws -> Response {
        let items = try await items(request)
        let answer = try await hub.oauth.token(
            try client(items, request),
            items,
            base: try request.baseURL(context)
        )
        return Response.json(answer, headers: [.cacheControl: "no-store"])
    }

    /// A form's items, or JSON's: huggingface_hub sends either.
    private func items(_ request: Request) async throws -> [String: String] {
        if request.mediaType == "application/json" {
            let json = try await request.jsonBody(limit: 1 << 16)
            return (json.objectValue ?? [:]).reduce(into: [:]) { $0[$1.key] = $1.value.stringValue }
        }
        return try await request.formItems(limit: 1 << 16).firstValues
    }

    private func client(_ items: [String: String], _ request: Request) throws -> OAuthClient {
        if let header = request.headers[.authorization], header.lowercased().hasPrefix("basic ") {
            let text = Data(base64Encoded: String(header.dropFirst(6))).flatMap { String(data: $0, encoding: .utf8) }
            let halves = text?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false) ?? []
            guard halves.count == 2, let id = halves.first, let secret = halves.last else {
                throw OAuthError(.invalidClient, "The Authorization header is not client_id:client_secret in base64")
            }
            return OAuthClient(
                id: try PercentCoding.decodeQueryPart(id),
                secret: try PercentCoding.decodeQueryPart(secret)
            )
        }
        guard let id = items["client_id"] else { throw OAuthError(.invalidClient, "client_id is missing") }
        return OAuthClient(id: id, secret: items["client_secret"])
    }

    /// Refusals in OAuth's form.
    private func reply(_ body: () async throws -> Response) async throws -> Response {
        do { return try await body() } catch let error as OAuthError {
            return Self.refusal(error)
        } catch let error as HubError where error.code == .badRequest {
            return Self.refusal(OAuthError(.invalidRequest, error.message))
        }
    }

    private static func refusal(_ error: OAuthError) -> Response {
        let status: HTTPResponse.Status =
            switch error.code {
            case .invalidClient: .unauthorized
            case .temporarilyUnavailable: .serviceUnavailable
            default: .badRequest
            }
        var headers: HTTPFields = [
            .cacheControl: "no-store", .errorCode: error.code.rawValue,
            .errorMessage: ErrorResponses.headerSafe(error.message),
        ]
        if error.code == .invalidClient { headers[.wwwAuthenticate] = "Basic realm=\"OAuth client\"" }
        return Response.json(
            ["error": .string(error.code.rawValue), "error_description": .string(error.message)],
            status: status,
            headers: headers
        )
    }
}
