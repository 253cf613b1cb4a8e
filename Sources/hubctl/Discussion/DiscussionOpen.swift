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
            var body: JSONObject = ["status": "open"]
            body["comment"] = comment.map { .string($0) }
            _ = try await context.client.change(target, number, "status", body)
            context.done("#\(number.value) is open", ["repo": .string(target.id), "status": "open"])
        }
    }
}
