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

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Number, as 7 or #7.")
    var number: DiscussionNumber

    @Option(name: .shortAndLong, help: "What to say with it.")
    var comment: String?

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            var body: JSONObject = ["status": "closed"]
            body["comment"] = comment.map { .string($0) }
            _ = try await context.client.change(target, number, "status", body)
            context.done("#\(number.value) is closed", ["repo": .string(target.id), "status": "closed"])
        }
    }
}
