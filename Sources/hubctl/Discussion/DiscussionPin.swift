// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct DiscussionPin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Pin a discussion or pull request to the top of the list.",
        discussion: """
            EXAMPLES:
              hubctl discussion pin alice/vit-tiny 3
              hubctl discussion pin alice/vit-tiny 3 --off
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @Flag(help: "Take it down again.")
    var off = false

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let facts: JSONObject = ["pinned": .bool(!off)]
        try await subject.change("pin", facts, done: off ? "not pinned" : "pinned", facts, options, global)
    }
}
