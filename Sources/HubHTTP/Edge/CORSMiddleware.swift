// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import Hummingbird

/// Lets pages of other origins read our answers, and the headers JavaScript clients go by.
///
/// No cookie is ever shown to them, as `Access-Control-Allow-Credentials` is never sent: a token travels in
/// `Authorization`, which a page must have been given. What any origin may read is what a visitor's own network lets
/// through, so a hub that strangers must not reach can name the origins it trusts.
struct CORSMiddleware: RouterMiddleware {
    typealias Context = HubContext

    var origins = AllowedOrigins.any

    private static let exposed = [
        "X-Repo-Commit", "X-Request-Id", "X-Error-Code", "X-Error-Message", "X-Total-Count", "ETag", "Link",
        "Accept-Ranges", "Content-Range", "Content-Disposition", "X-Linked-Size", "X-Linked-ETag", "X-Xet-Hash",
        "X-Xet-Access-Token", "X-Xet-Token-Expiration", "X-Xet-Refresh-Route", "X-Xet-Cas-Url", "X-HF-Warning",
        "RateLimit", "RateLimit-Policy", "Retry-After",
    ].joined(separator: ",")

    func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        let allowed = request.headers[.origin].flatMap { origins.answer(to: $0) }
        let isPreflight = request.method == .options && request.headers[.accessControlRequestMethod] != nil
        var response: Response
        if isPreflight, request.headers[.origin] != nil {
            response = preflight(request, isAllowed: allowed != nil)
        } else {
            response = try await next(request, context)
            if allowed != nil { response.headers[.accessControlExposeHeaders] = Self.exposed }
        }
        response.headers[.accessControlAllowOrigin] = allowed
        // Without it a cache would give the answer for a picture's tag, which names no origin, to a script, too.
        response.headers[.vary] = (response.headers[.vary].map { $0 + ", " } ?? "") + "Origin"
        return response
    }

    private func preflight(_ request: Request, isAllowed: Bool) -> Response {
        guard isAllowed else { return Response(status: .forbidden) }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: "GET,HEAD,POST,PUT,PATCH,DELETE",
                .accessControlAllowHeaders:
                    request.headers[.accessControlRequestHeaders] ?? "Authorization,Content-Type,Range",
                .accessControlMaxAge: "86400",
            ]
        )
    }
}

extension AllowedOrigins {
    /// What `Access-Control-Allow-Origin` says to an origin; `nil` to one that is not allowed.
    func answer(to origin: String) -> String? {
        switch self {
        case .any: "*"
        case .these(let origins): origins.contains(origin.lowercased()) ? origin : nil
        }
    }
}
