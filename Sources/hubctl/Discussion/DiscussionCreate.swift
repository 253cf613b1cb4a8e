// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct DiscussionCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Open a discussion.",
        discussion: """
            EXAMPLES:
              hubctl discussion create alice/vit-tiny 'How was it trained?' --description 'On which data?'
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "What it is about.")
    var title: String

    @Option(name: .shortAndLong, help: "More of it, in Markdown.")
    var description: String?

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            let body: JSONObject = [
                "title": .string(title), "description": .string(description ?? ""), "pullRequest": false,
            ]
            let (number, url) = try await context.client.open(target, body)
            let json: JSONObject = ["repo": .string(target.id), "number": .int(number), "url": .string(url)]
            context.terminal.data(context.isJSON ? JSONValue.object(json).serialized : url)
        }
    }
}
