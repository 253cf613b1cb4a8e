// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct WebhookCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Have changes told to an address.",
        discussion: """
            EXAMPLES:
              hubctl webhook create https://ci.example.org/hook --watch org:vision
              hubctl webhook create http://10.0.0.7/ --watch user:alice --domain repo
            """
    )

    @Argument(help: "Where to post to.")
    var url: String

    @Option(help: "What to look at: user:alice, org:acme, model:alice/vit-tiny … Give it as often as you like.")
    var watch: [WatchedThing] = []

    @Option(help: "repo or discussion; both, if not given.")
    var domain: [String] = []

    @Option(help: "Sent along as X-Webhook-Secret, and used to sign.")
    var secret: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            guard !watch.isEmpty else { throw CommandFailure("nothing to look at", hint: "give --watch") }
            var body: JSONObject = [
                "url": .string(url), "watched": .array(watch.map(\.json)),
                "domains": .array((domain.isEmpty ? ["repo", "discussion"] : domain).map { .string($0) }),
            ]
            body["secret"] = secret.map { .string($0) }
            let answer = try await context.client.change(.POST, "/api/settings/webhooks", body)
            let made = answer["webhook"] ?? answer
            context.terminal.data(context.isJSON ? made.serialized : made["id"]?.stringValue ?? "")
        }
    }
}
