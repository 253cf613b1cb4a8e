// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct PRMerge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merge a pull request into its branch.",
        discussion: """
            EXAMPLES:
              hubctl pr merge alice/vit-tiny 3
              hubctl pr merge alice/vit-tiny 3 --method squash -c 'Thanks!'
            """
    )

    @OptionGroup var subject: DiscussionSubject

    @Option(help: "fast-forward, merge (a merge commit) or squash (one commit); else the hub picks one.")
    var method: String?

    @Option(name: .shortAndLong, help: "What to say with it.")
    var comment: String?

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(subject.repo, kind: options.type).owned(by: context.client)
            var body: JSONObject = [:]
            body["method"] = method.map { .string($0) }
            body["comment"] = comment.map { .string($0) }
            let answer = try await context.client.change(target, subject.number, "merge", body)
            let oid = answer["mergeCommitId"]?.stringValue ?? ""
            context.done(
                "merged #\(subject.number.value) as \(oid)",
                ["repo": .string(target.id), "commit": .string(oid)]
            )
        }
    }
}
