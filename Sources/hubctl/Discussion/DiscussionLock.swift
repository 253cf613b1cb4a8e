// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct DiscussionLock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Keep all but those who may write to the repo from writing in a discussion.",
        discussion: """
            EXAMPLES:
              hubctl discussion lock alice/vit-tiny 3
              hubctl discussion lock alice/vit-tiny 3 --off
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @Flag(help: "Let others write again.")
    var off = false

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let facts: JSONObject = ["locked": .bool(!off)]
        try await subject.change("lock", facts, done: off ? "not locked" : "locked", facts, options, global)
    }
}
