// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct DiscussionOpen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Open a discussion or pull request again, or put a draft forward.",
        discussion: """
            EXAMPLES:
              hubctl discussion open alice/vit-tiny 3
              hubctl pr open alice/vit-tiny 4 -c 'Ready'
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @Option(name: .shortAndLong, help: "What to say with it.")
    var comment: String?

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        var body: JSONObject = ["status": "open"]
        body["comment"] = comment.map { .string($0) }
        try await subject.change("status", body, done: "open", ["status": "open"], options, global)
    }
}
