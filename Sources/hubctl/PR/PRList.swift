// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct PRList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the pull requests of a repo.",
        discussion: """
            EXAMPLES:
              hubctl pr list alice/vit-tiny
              hubctl pr list alice/vit-tiny --status all --author bob --json
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Option(help: "open, closed or all.")
    var status = "open"

    @Option(help: "Only those that this user has opened.")
    var author: String?

    @Option(help: "How many at most.")
    var limit = 50

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try RepoTarget(repo, kind: options.type)
            let rows = try await context.client.discussions(
                target,
                type: "pull_request",
                status: status,
                author: author,
                limit: limit
            )
            context.terminal.list(rows, asJSON: context.isJSON)
            if rows.isEmpty { context.terminal.say("no pull requests in \(target.id)") }
        }
    }
}
