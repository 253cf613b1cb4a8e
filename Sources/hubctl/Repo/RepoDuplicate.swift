// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct RepoDuplicate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicate",
        abstract: "Make a repo with the files and history of another.",
        discussion: """
            Both name the same stored bytes: nothing is uploaded, and a copy takes no room. Prints the address of the new
            repo.

            EXAMPLES:
              hubctl repo duplicate vision/vit-tiny
              hubctl repo duplicate vision/vit-tiny alice/vit-mine --visibility private
            """
    )

    @Argument(help: "The repo to copy, as namespace/name.")
    var repo: String

    @Argument(help: "The name of the copy; the same name in your own namespace unless told.")
    var to: String?

    @OptionGroup var options: RepoOptions

    @Option(help: "Who may see the copy; as the original unless told.")
    var visibility: RepoSettings.VisibilityChoice?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let source = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            let target = try await RepoTarget(to ?? source.name, kind: source.kind).owned(by: context.client)
            var body: JSONObject = ["repository": .string(target.id)]
            if let visibility { body["visibility"] = .string(visibility.rawValue) }
            var request = HubRequest(.POST, context.client.url(source.apiPath + "/duplicate")).json(.object(body))
            request.retry = .untouched
            let answer = try await context.client.json(request)
            if context.isJSON {
                context.terminal.data(answer.serialized)
            } else {
                context.terminal.say("duplicated \(source.kind) \(source.id) as \(target.id)")
                context.terminal.data(answer["url"]?.stringValue ?? target.id)
            }
        }
    }
}
