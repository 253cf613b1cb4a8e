// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Hummingbird
import Logging
import NIOCore

/// `/healthz` and `/metrics`.
struct OperationsRoutes: RouteGroup {
    private let metrics: Metrics
    private let checkHealth: @Sendable () async throws -> Void

    init(metrics: Metrics, checkHealth: @escaping @Sendable () async throws -> Void) {
        self.metrics = metrics
        self.checkHealth = checkHealth
    }

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/healthz") { _, context in
            do {
                try await checkHealth()
                return Response.json("{\"status\":\"ok\"}")
            } catch {
                context.logger.warning("Unhealthy", metadata: ["error": "\(error)"])
                // Only our own messages are fit for strangers.
                let what = (error as? HubError)?.message ?? "Internal error"
                return .json(
                    "{\"status\":\"failing\",\"error\":\(ErrorResponses.quoted(what))}",
                    status: .serviceUnavailable
                )
            }
        }
        router.get("/metrics") { _, _ in
            Response.full(
                ByteBuffer(string: metrics.exposition()),
                contentType: "text/plain; version=0.0.4; charset=utf-8"
            )
        }
    }
}
