// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct WebhookDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Let a webhook hear nothing; what waits for it is dropped.",
        discussion: """
            EXAMPLES:
              hubctl webhook disable 0123456789abcdef01234567
            """
    )

    @Argument(help: "Id of the webhook.")
    var webhook: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let path = "/api/settings/webhooks/\(URLText.segment(webhook))/disable"
            let answer = try await context.client.change(.POST, path)
            context.done("disabled \(webhook)", answer["webhook"] ?? answer)
        }
    }
}
