// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let operations = APITag(
        name: "Operations",
        summary: "For those who run the hub, and this description.",
        operations: [
            APIOperation(
                .get,
                "/healthz",
                "Whether the hub works",
                .json(.object(["status": .words("ok")])),
                .json(.object(["status": .words("failing"), "error": .text]), "It does not.", status: 503)
            ),
            APIOperation(.get, "/metrics", "Numbers for Prometheus", .text("Its text format.")),
            APIOperation(
                .get,
                "/openapi.json",
                "This description",
                parameters: [.ifNoneMatch],
                .json(.object(["openapi": .text, "paths": .object([:])]), "OpenAPI 3.1.", "ETag"),
                .empty(304, "It is still that.", "ETag")
            ),
        ]
    )
}
