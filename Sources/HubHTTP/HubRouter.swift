// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubApp
public import Hummingbird

/// Routes that belong together. One file each in `Routes/`, one line each where the router is built.
protocol RouteGroup: Sendable {
    func register(on router: some RouterMethods<HubContext>)
}

/// The router of a whole hub: the edge's middleware, outermost first, then authentication, then every group of routes.
public func buildRouter(_ hub: Hub, publicURL: PublicURL = PublicURL(), metrics: Metrics) -> RouterResponder<HubContext>
{
    buildRouter(
        metrics: metrics,
        publicURL: publicURL,
        checkHealth: { try await hub.checkHealth() },
        middleware: [AuthMiddleware(accounts: hub.accounts)],
        groups: HubRoutes.groups(hub)
    )
}

/// - Parameters:
///   - checkHealth: throws with what fails.
///   - middleware: what runs inside error handling.
func buildRouter(
    metrics: Metrics,
    publicURL: PublicURL = PublicURL(),
    checkHealth: @escaping @Sendable () async throws -> Void,
    middleware: [any MiddlewareProtocol<Request, Response, HubContext>] = [],
    groups: [any RouteGroup]
) -> RouterResponder<HubContext> {
    let router = Router(context: HubContext.self, options: .autoGenerateHeadEndpoints)
    let table = RouteTable()
    router.add(middleware: RequestIDMiddleware())
    router.add(middleware: AccessLogMiddleware(metrics: metrics))
    router.add(middleware: CORSMiddleware())
    router.add(middleware: JSONCompressionMiddleware())
    router.add(middleware: ErrorMiddleware(routes: table))
    router.add(middleware: ExpectContinueMiddleware())
    router.add(middleware: PublicURLMiddleware(publicURL: publicURL))
    for each in middleware { router.add(middleware: each) }
    OperationsRoutes(metrics: metrics, checkHealth: checkHealth).register(on: router)
    for group in groups { group.register(on: router) }
    table.fill(from: router)
    return router.buildResponder()
}
