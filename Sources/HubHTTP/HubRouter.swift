// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubApp
public import Hummingbird

/// Routes that belong together. One file each in `Routes/`, one line each where the router is built.
protocol RouteGroup: Sendable {
    func register(on router: some RouterMethods<HubContext>)
}

/// Routes for people with browsers among those for programs: the description of the API leaves them out.
protocol BrowserRouteGroup: RouteGroup {}

/// What answers a whole hub's requests.
public func buildRouter(
    _ hub: Hub,
    publicURL: PublicURL = PublicURL(),
    publicFiles: PublicFiles = .none,
    limiter: RateLimiter? = nil,
    corsOrigins: AllowedOrigins = .any,
    inference: (any InferenceBackend)? = nil,
    signOn: SignOnService? = nil,
    settings: [Configuration.Effective] = [],
    metrics: Metrics
) -> RouterResponder<HubContext> {
    hubRouter(
        hub,
        publicURL: publicURL,
        publicFiles: publicFiles,
        limiter: limiter,
        corsOrigins: corsOrigins,
        inference: inference,
        signOn: signOn,
        settings: settings,
        metrics: metrics
    ).buildResponder()
}

/// The router of a whole hub: the edge's middleware, outermost first, then authentication, then every group of routes.
func hubRouter(
    _ hub: Hub,
    publicURL: PublicURL = PublicURL(),
    publicFiles: PublicFiles = .none,
    limiter: RateLimiter? = nil,
    corsOrigins: AllowedOrigins = .any,
    inference: (any InferenceBackend)? = nil,
    signOn: SignOnService? = nil,
    settings: [Configuration.Effective] = [],
    metrics: Metrics
) -> Router<HubContext> {
    let service = InferenceService(hub: hub, backend: inference)
    let site = Site(hub: hub, files: publicFiles)
    let gate = limiter.map { RateLimitGate($0, metrics: metrics) }
    return edgeRouter(
        metrics: metrics,
        publicURL: publicURL,
        corsOrigins: corsOrigins,
        checkHealth: { try await hub.checkHealth() },
        middleware: [AuthMiddleware(hub, gate: gate)]
            + (gate.map { [RateLimitMiddleware(gate: $0)] } ?? []),
        groups: [PublicRoutes(files: publicFiles)]
            + HubPages.groups(site, inference: service, settings: settings)
            + HubRoutes.groups(
                hub,
                inference: service,
                signOn: signOn,
                settings: settings,
                metrics: metrics,
                hasPages: site != nil
            )
    )
}

/// - Parameters:
///   - checkHealth: throws with what fails.
///   - middleware: what runs inside error handling.
func edgeRouter(
    metrics: Metrics,
    publicURL: PublicURL = PublicURL(),
    corsOrigins: AllowedOrigins = .any,
    checkHealth: @escaping @Sendable () async throws -> Void,
    middleware: [any MiddlewareProtocol<Request, Response, HubContext>] = [],
    groups: [any RouteGroup]
) -> Router<HubContext> {
    let router = Router(context: HubContext.self, options: .autoGenerateHeadEndpoints)
    let table = RouteTable()
    router.add(middleware: RequestIDMiddleware())
    router.add(middleware: AccessLogMiddleware(metrics: metrics))
    router.add(middleware: CORSMiddleware(origins: corsOrigins))
    router.add(middleware: JSONCompressionMiddleware())
    router.add(middleware: RateLimitHeadersMiddleware())
    router.add(middleware: ErrorMiddleware(routes: table))
    router.add(middleware: ExpectContinueMiddleware())
    router.add(middleware: PublicURLMiddleware(publicURL: publicURL))
    for each in middleware { router.add(middleware: each) }
    OperationsRoutes(metrics: metrics, checkHealth: checkHealth).register(on: router)
    for group in groups { group.register(on: router) }
    table.fill(from: router)
    return router
}
