// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct WebhookDeliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "List what was sent to a webhook, or show one message.",
        discussion: """
            EXAMPLES:
              hubctl webhook deliveries 0123456789abcdef01234567
              hubctl webhook deliveries 0123456789abcdef01234567 89abcdef0123456789abcdef
            """
    )

    @Argument(help: "Id of the webhook.")
    var webhook: String

    @Argument(help: "Id of one delivery, to see its payload.")
    var delivery: String?

    @Option(help: "How many at most.")
    var limit = 50

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let path = "/api/settings/webhooks/\(URLText.segment(webhook))/deliveries"
            if let delivery {
                let found = try await context.client.get("\(path)/\(URLText.segment(delivery))")
                return context.terminal.data(found.serialized)
            }
            let rows = try await context.client.list(path, limit: limit)
            context.terminal.list(rows.map { DeliveryRow(json: $0) }, asJSON: context.isJSON)
        }
    }
}
