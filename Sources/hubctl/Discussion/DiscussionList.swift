// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct DiscussionList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the discussions of a repo.",
        discussion: """
            EXAMPLES:
              hubctl discussion list alice/vit-tiny
              hubctl discussion list alice/vit-tiny --status all --author bob --json
            """
    )

    @OptionGroup var filter: DiscussionFilter
    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await filter.list(type: "discussion", plural: "discussions", options, global)
    }
}
