public import HubApp
public import Hummingbird

public func tmpRouter(_ hub: Hub) -> RouterResponder<HubContext> {
    buildRouter(
        metrics: Metrics(),
        checkHealth: { try await hub.checkHealth() },
        middleware: [AuthMiddleware(accounts: hub.accounts)],
        groups: HubRoutes.groups(hub)
    )
}
