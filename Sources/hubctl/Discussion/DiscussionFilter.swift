// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

/// Which discussions or pull requests to list.
struct DiscussionFilter: ParsableArguments {
    @Argument(help: "namespace/name.")
    var repo: String

    @Option(help: "open, closed or all.")
    var status = "open"

    @Option(help: "Only those that this user has opened.")
    var author: String?

    @Option(help: "How many at most.")
    var limit = 50

    /// - Parameter plural: what they are called where there are none.
    func list(type: String, plural: String, _ options: RepoOptions, _ global: GlobalOptions) async throws {
        try await global.run { context in
            let target = try RepoTarget(repo, kind: options.type)
            let rows = try await context.client.discussions(
                target,
                type: type,
                status: status,
                author: author,
                limit: limit
            )
            context.terminal.list(rows, asJSON: context.isJSON)
            if rows.isEmpty { context.terminal.say("no \(plural) in \(target.id)") }
        }
    }
}
