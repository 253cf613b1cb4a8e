// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// What scans found in a repo's files.
struct ScanRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/{kind}/{namespace}/{name}/scan", use: scan)
        router.get("/api/{kind}/{namespace}/{name}/scan/{revision}", use: scan)
    }

    @Sendable private func scan(_ request: Request, _ context: HubContext) async throws -> Response {
        Response.json(
            try await hub.scans.report(
                try context.kind(),
                try context.repoID(),
                revision: context.parameters.get("revision") == nil ? nil : try context.revision(),
                viewer: context.viewer
            )
        )
    }
}
