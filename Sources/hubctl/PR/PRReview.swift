// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct PRReview: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Approve a pull request as it is, or ask for changes.",
        discussion: """
            The last word of each person counts; nobody reviews their own.

            EXAMPLES:
              hubctl pr review alice/vit-tiny 3 --approve
              hubctl pr review alice/vit-tiny 3 --request-changes -c 'The labels are swapped'
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @Flag(help: "It can be merged.")
    var approve = false

    @Flag(help: "It cannot be merged like this.")
    var requestChanges = false

    @Option(name: .shortAndLong, help: "What to say with it.")
    var comment: String?

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard approve != requestChanges else { throw ValidationError("Either --approve or --request-changes") }
    }

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(subject.repo, kind: options.type).owned(by: context.client)
            let verdict = approve ? "approve" : "request-changes"
            var body: JSONObject = ["verdict": .string(verdict)]
            body["comment"] = comment.map { .string($0) }
            _ = try await context.client.change(target, subject.number, "review", body)
            let said = approve ? "approved #\(subject.number.value)" : "asked for changes of #\(subject.number.value)"
            context.done(said, ["repo": .string(target.id), "verdict": .string(verdict)])
        }
    }
}
