// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct WebhookEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let a webhook hear again.",
        discussion: """
            EXAMPLES:
              hubctl webhook enable 0123456789abcdef01234567
            """
    )

    @Argument(help: "Id of the webhook.")
    var webhook: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let path = "/api/settings/webhooks/\(URLText.segment(webhook))/enable"
            let answer = try await context.client.change(.POST, path)
            context.done("enabled \(webhook)", answer["webhook"] ?? answer)
        }
    }
}
