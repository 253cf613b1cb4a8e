// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct RepoList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List repos, yours unless told otherwise.",
        discussion: """
            EXAMPLES:
              hubctl repo list
              hubctl repo list vision --type dataset
              hubctl repo list --all --sort downloads --limit 10
            """
    )

    @Argument(help: "User or organisation; you if none is named.")
    var namespace: String?

    @OptionGroup var options: RepoOptions

    @Flag(help: "Of everybody.")
    var all = false

    @Option(help: "lastModified, createdAt, downloads, likes or trendingScore.")
    var sort: String?

    @Option(help: "At most so many.")
    var limit = 100

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
        guard !(all && namespace != nil) else { throw ValidationError("Name a namespace or --all, not both.") }
    }

    func run() async throws {
        try await global.run { context in
            var query = RepoQuery(kind: options.type)
            if !all {
                if let namespace {
                    query.author = namespace
                } else {
                    query.author = try await Account.current(context.client).name
                }
            }
            query.sort = sort
            query.limit = limit
            let repos = try await query.run(context.client)
            context.terminal.list(repos, asJSON: context.isJSON)
            if repos.isEmpty { context.terminal.say("no \(options.type.plural)") }
        }
    }
}
