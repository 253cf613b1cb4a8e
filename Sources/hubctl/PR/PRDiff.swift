// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct PRDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Print what a pull request changes, as a patch.",
        discussion: """
            EXAMPLES:
              hubctl pr diff alice/vit-tiny 3
              hubctl pr diff alice/vit-tiny 3 | git apply
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try RepoTarget(subject.repo, kind: options.type)
            let json = try await context.client.discussion(target, subject.number, diff: true)
            guard json["isPullRequest"]?.boolValue == true else {
                throw CommandFailure("#\(subject.number.value) of \(target.id) is a discussion, not a pull request")
            }
            guard let diff = json["diff"]?.stringValue else {
                throw CommandFailure(
                    "the hub does not show the difference",
                    hint: "it is too long, or you may not read the files"
                )
            }
            guard !context.isJSON else {
                return context.terminal.data((["diff": .string(diff)] as JSONValue).serialized)
            }
            Terminal.write(diff, to: STDOUT_FILENO)
        }
    }
}
