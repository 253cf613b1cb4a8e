// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct WebhookReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Send a message once more.",
        discussion: """
            EXAMPLES:
              hubctl webhook replay 0123456789abcdef01234567 89abcdef0123456789abcdef
            """
    )

    @Argument(help: "Id of the webhook.")
    var webhook: String

    @Argument(help: "Id of the delivery.")
    var delivery: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let log = "/api/settings/webhooks/\(URLText.segment(webhook))/deliveries"
            let again = try await context.client.change(.POST, "\(log)/\(URLText.segment(delivery))/replay")
            context.done("queued as \(again["id"]?.stringValue ?? "?")", again)
        }
    }
}
