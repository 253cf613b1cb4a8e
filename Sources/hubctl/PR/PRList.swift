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

    @OptionGroup var filter: DiscussionFilter
    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await filter.list(type: "pull_request", plural: "pull requests", options, global)
    }
}
