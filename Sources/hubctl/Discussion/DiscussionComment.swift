// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct DiscussionComment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "comment",
        abstract: "Write in a discussion.",
        discussion: """
            EXAMPLES:
              hubctl discussion comment alice/vit-tiny 3 'On ImageNet'
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @Argument(help: "What to say, in Markdown.")
    var text: String

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(subject.repo, kind: options.type).owned(by: context.client)
            let event = try await context.client.change(target, subject.number, "comment", ["comment": .string(text)])
            let id = event["newMessage"]?["id"]?.stringValue ?? ""
            context.done("commented on #\(subject.number.value)", ["repo": .string(target.id), "comment": .string(id)])
        }
    }
}
