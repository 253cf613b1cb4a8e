// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
public import Hummingbird

/// Routes that belong together. One file each in `Routes/`, one line each where the router is built.
public protocol RouteGroup: Sendable {
    func register(on router: some RouterMethods<HubContext>)
}

/// Builds the router: the edge's middleware, outermost first, then `middleware`, then the routes.
///
/// - Parameters:
///   - middleware: what runs inside error handling: authentication.
///   - checkHealth: throws with what fails.
public func buildRouter(
    metrics: Metrics,
    checkHealth: @escaping @Sendable () async throws -> Void,
    middleware: [any MiddlewareProtocol<Request, Response, HubContext>] = [],
    groups: [any RouteGroup]
) -> RouterResponder<HubContext> {
    let router = Router(context: HubContext.self, options: .autoGenerateHeadEndpoints)
    let table = RouteTable()
    router.add(middleware: RequestIDMiddleware())
    router.add(middleware: AccessLogMiddleware(metrics: metrics))
    router.add(middleware: ErrorMiddleware(routes: table))
    router.add(middleware: ExpectContinueMiddleware())
    for each in middleware { router.add(middleware: each) }
    OperationsRoutes(metrics: metrics, checkHealth: checkHealth).register(on: router)
    for group in groups { group.register(on: router) }
    table.fill(from: router)
    return router.buildResponder()
}
