// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct DiscussionClose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Close a discussion or pull request.",
        discussion: """
            EXAMPLES:
              hubctl discussion close alice/vit-tiny 3
              hubctl pr close alice/vit-tiny 4 -c 'Not now'
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @Option(name: .shortAndLong, help: "What to say with it.")
    var comment: String?

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        var body: JSONObject = ["status": "closed"]
        body["comment"] = comment.map { .string($0) }
        try await subject.change("status", body, done: "closed", ["status": "closed"], options, global)
    }
}
