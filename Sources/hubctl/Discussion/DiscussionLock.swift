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

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Number, as 7 or #7.")
    var number: DiscussionNumber

    @Flag(help: "Let others write again.")
    var off = false

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            _ = try await context.client.change(target, number, "lock", ["locked": .bool(!off)])
            context.done(
                "#\(number.value) is \(off ? "not " : "")locked",
                ["repo": .string(target.id), "locked": .bool(!off)]
            )
        }
    }
}
