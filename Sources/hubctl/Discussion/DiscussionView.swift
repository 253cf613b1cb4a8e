// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct DiscussionView: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Show a discussion or pull request with all that was said and done in it.",
        discussion: """
            EXAMPLES:
              hubctl discussion view alice/vit-tiny 3
              hubctl pr view alice/vit-tiny 4 --json
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try RepoTarget(subject.repo, kind: options.type)
            let json = try await context.client.discussion(target, subject.number)
            guard !context.isJSON else { return context.terminal.data(json.serialized) }
            for line in DiscussionText.lines(json) { context.terminal.data(line) }
        }
    }
}
