// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct DiscussionRename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Give a discussion or pull request another title.",
        discussion: """
            EXAMPLES:
              hubctl discussion rename alice/vit-tiny 3 'A better title'
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @Argument(help: "The new title.")
    var title: String

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(subject.repo, kind: options.type).owned(by: context.client)
            _ = try await context.client.change(target, subject.number, "title", ["title": .string(title)])
            context.done("renamed #\(subject.number.value)", ["repo": .string(target.id), "title": .string(title)])
        }
    }
}
