// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct PRCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Open a pull request.",
        discussion: """
            EXAMPLES:
              hubctl pr create alice/vit-tiny 'Fix the labels' --description 'Two were swapped.'
              git push origin HEAD:refs/pr/3                  # its commits: push to the ref it names
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "What it is about.")
    var title: String

    @Option(name: .shortAndLong, help: "More of it, in Markdown.")
    var description: String?

    @Option(help: "The branch it is for.")
    var base = "main"

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            var body: JSONObject = ["title": .string(title), "pullRequest": true, "base": .string(base)]
            body["description"] = .string(description ?? "")
            let (number, url) = try await context.client.open(target, body)
            context.terminal.say("a draft: push to refs/pr/\(number), then 'hubctl pr open \(target.id) \(number)'")
            let json: JSONObject = [
                "repo": .string(target.id), "number": .int(number), "ref": .string("refs/pr/\(number)"),
                "url": .string(url),
            ]
            context.terminal.data(context.isJSON ? JSONValue.object(json).serialized : url)
        }
    }
}
