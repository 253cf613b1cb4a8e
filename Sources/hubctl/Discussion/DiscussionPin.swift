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

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Number, as 7 or #7.")
    var number: DiscussionNumber

    @Flag(help: "Take it down again.")
    var off = false

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            _ = try await context.client.change(target, number, "pin", ["pinned": .bool(!off)])
            context.done(
                "#\(number.value) is \(off ? "not " : "")pinned",
                ["repo": .string(target.id), "pinned": .bool(!off)]
            )
        }
    }
}
