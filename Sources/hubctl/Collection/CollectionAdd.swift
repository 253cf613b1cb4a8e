// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct CollectionAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Put something into a collection.",
        discussion: """
            EXAMPLES:
              hubctl collection add alice/small-vits-0123456789abcdef01234567 alice/vit-tiny --note 'The first'
              hubctl collection add alice/small-vits-0123456789abcdef01234567 2010.11929 --type paper
            """
    )

    @Argument(help: "namespace/title-0123456789abcdef01234567.")
    var slug: String

    @Argument(help: "A repo, a paper by its arXiv id, or another collection.")
    var item: String

    @Option(help: "model, dataset, space, paper or collection.")
    var type = "model"

    @Option(help: "What to say of it.")
    var note: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            var body: JSONObject = ["item": ["type": .string(type), "id": .string(item)]]
            body["note"] = note.map { .string($0) }
            let changed = try await context.client.change(.POST, try HubClient.collectionPath(slug) + "/items", body)
            guard !context.isJSON else { return context.terminal.data(changed.serialized) }
            context.terminal.say("added \(item)")
        }
    }
}
