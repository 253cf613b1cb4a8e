// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct WebhookEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a webhook.",
        discussion: """
            EXAMPLES:
              hubctl webhook edit 0123456789abcdef01234567 --url https://ci.example.org/other
            """
    )

    @Argument(help: "Id of the webhook.")
    var webhook: String

    @Option(help: "Another address.")
    var url: String?

    @Option(help: "What to look at: user:alice, org:acme, model:alice/vit-tiny … Give it as often as you like.")
    var watch: [WatchedThing] = []

    @Option(help: "repo or discussion; both, if not given.")
    var domain: [String] = []

    @Option(help: "Sent along as X-Webhook-Secret, and used to sign.")
    var secret: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            var body: JSONObject = ["watched": .array(watch.map(\.json))]
            body["url"] = url.map { .string($0) }
            body["secret"] = secret.map { .string($0) }
            if !domain.isEmpty { body["domains"] = .array(domain.map { .string($0) }) }
            let path = "/api/settings/webhooks/\(URLText.segment(webhook))"
            let answer = try await context.client.change(.POST, path, body)
            context.done("changed \(webhook)", answer["webhook"] ?? answer)
        }
    }
}
