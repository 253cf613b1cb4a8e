// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Who am I.
struct AccountRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/whoami-v2") { _, context in
            Response.json(try hub.accounts.whoAmI(context.viewer))
        }
    }
}
