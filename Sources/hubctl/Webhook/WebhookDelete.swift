// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct WebhookDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a webhook.",
        discussion: """
            EXAMPLES:
              hubctl webhook delete 0123456789abcdef01234567
            """
    )

    @Argument(help: "Id of the webhook.")
    var webhook: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            _ = try await context.client.change(.DELETE, "/api/settings/webhooks/\(URLText.segment(webhook))")
            context.done("deleted \(webhook)", ["deleted": .string(webhook)])
        }
    }
}
