// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct RepoMove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Rename a repo, or give it to another namespace.",
        discussion: """
            The old name leads to the new one, for clients too, until another repo takes it.

            EXAMPLES:
              hubctl repo move alice/vit-tiny alice/vit-small
              hubctl repo move alice/vit-tiny vision/vit-tiny
            """
    )

    @Argument(help: "namespace/name, or name alone for one of your own.")
    var repo: String

    @Argument(help: "Its new name, in the same form.")
    var to: String

    @OptionGroup var options: RepoOptions

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let source = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            let target = try await RepoTarget(to, kind: source.kind).owned(by: context.client)
            let body: JSONObject = [
                "fromRepo": .string(source.id), "toRepo": .string(target.id), "type": .string(source.kind.rawValue),
            ]
            var request = HubRequest(.POST, context.client.url("/api/repos/move")).json(.object(body))
            request.retry = .untouched
            try await context.client.perform(request)
            if context.isJSON {
                context.terminal.data((["id": .string(target.id), "from": .string(source.id)] as JSONValue).serialized)
            } else {
                context.terminal.say("moved \(source.kind) \(source.id) to \(target.id)")
            }
        }
    }
}
