// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import Hummingbird

/// The description of the API, for programs; ``APIPage`` shows the same to people.
struct OpenAPIRoutes: RouteGroup {
    func register(on router: some RouterMethods<HubContext>) {
        router.get("/openapi.json") { request, context in
            let baseURL = try request.baseURL(context)
            let etag = OpenAPIDocument.etag(baseURL: baseURL)
            let headers: HTTPFields = [.eTag: etag.description, .cacheControl: "no-cache"]
            if let condition = ETagCondition(request.headers[.ifNoneMatch]), condition.weakContains(etag) {
                return Response(status: .notModified, headers: headers)
            }
            return .json(OpenAPIDocument.json(baseURL: baseURL), headers: headers)
        }
    }
}
