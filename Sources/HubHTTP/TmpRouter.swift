public import HubApp
public import Hummingbird
protocol RouteGroup: Sendable { func register(on router: some RouterMethods<HubContext>) }
public func tmpRouter(_ hub: Hub) -> RouterResponder<HubContext> {
    let router = Router(context: HubContext.self, options: .autoGenerateHeadEndpoints)
    let table = RouteTable()
    router.add(middleware: RequestIDMiddleware())
    router.add(middleware: ErrorMiddleware(routes: table))
    router.add(middleware: AuthMiddleware(accounts: hub.accounts))
    router.get("/healthz") { _, _ in "ok" }
    for g in HubRoutes.groups(hub) { g.register(on: router) }
    table.fill(from: router)
    return router.buildResponder()
}
