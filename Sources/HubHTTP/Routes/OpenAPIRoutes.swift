// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import Hummingbird

/// The description of the API, for programs; ``APIPage`` shows the same to people.
struct OpenAPIRoutes: RouteGroup {
    func register(on router: some RouterMethods<HubContext>) {
        router.get("/openapi.json") { request, context in
            let baseURL = try request.baseURL(context)
            let isPacked = JSONCompressionMiddleware.acceptsGzip(request.headers[values: .acceptEncoding])
            let etag = OpenAPIDocument.etag(baseURL: baseURL, isPacked: isPacked)
            var headers: HTTPFields = [
                .eTag: etag.description, .cacheControl: "no-cache", .vary: "Accept-Encoding",
            ]
            if let condition = ETagCondition(request.headers[.ifNoneMatch]), condition.weakContains(etag) {
                return Response(status: .notModified, headers: headers)
            }
            let plain = OpenAPIDocument.json(baseURL: baseURL)
            guard isPacked, let packed = JSONCompressionMiddleware.gzip(plain) else {
                return .json(plain, headers: headers)
            }
            headers[.contentEncoding] = "gzip"
            return .json(packed, headers: headers)
        }
    }
}
