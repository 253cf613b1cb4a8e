// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct WebhookList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List your webhooks.",
        discussion: """
            EXAMPLES:
              hubctl webhook list
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let rows = try await context.client.list("/api/settings/webhooks")
            context.terminal.list(rows.map { WebhookRow(json: $0) }, asJSON: context.isJSON)
        }
    }
}
