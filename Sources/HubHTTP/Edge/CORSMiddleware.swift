// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import Hummingbird

/// Lets pages of other origins read our answers, and the headers JavaScript clients go by.
///
/// Nothing here goes by cookies: a token travels in `Authorization`, so any origin may be allowed.
struct CORSMiddleware: RouterMiddleware {
    typealias Context = HubContext

    private static let exposed = [
        "X-Repo-Commit", "X-Request-Id", "X-Error-Code", "X-Error-Message", "X-Total-Count", "ETag", "Link",
        "Accept-Ranges", "Content-Range", "X-Linked-Size", "X-Linked-ETag", "X-Xet-Hash",
    ].joined(separator: ",")

    func handle(
        _ request: Request,
        context: HubContext,
        next: @concurrent (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        guard request.headers[.origin] != nil else { return try await next(request, context) }
        if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            return Response(
                status: .noContent,
                headers: [
                    .accessControlAllowOrigin: "*",
                    .accessControlAllowMethods: "GET,HEAD,POST,PUT,PATCH,DELETE",
                    .accessControlAllowHeaders:
                        request.headers[.accessControlRequestHeaders] ?? "Authorization,Content-Type,Range",
                    .accessControlMaxAge: "86400",
                ]
            )
        }
        var response = try await next(request, context)
        response.headers[.accessControlAllowOrigin] = "*"
        response.headers[.accessControlExposeHeaders] = Self.exposed
        return response
    }
}
