// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct TagList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List a repo's tags.",
        discussion: """
            EXAMPLES:
              hubctl tag list alice/vit-tiny
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try RepoTarget(repo, kind: options.type)
            context.terminal.list(try await context.client.refs(target, "tags"), asJSON: context.isJSON)
        }
    }
}
