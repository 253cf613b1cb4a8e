// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct CollectionView: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Show what is in a collection.",
        discussion: """
            EXAMPLES:
              hubctl collection view alice/small-vits-0123456789abcdef01234567
            """
    )

    @Argument(help: "namespace/title-0123456789abcdef01234567.")
    var slug: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let collection = try await context.client.get(try HubClient.collectionPath(slug))
            guard !context.isJSON else { return context.terminal.data(collection.serialized) }
            context.terminal.say(Table.printable(collection["title"]?.stringValue ?? ""))
            let items = collection["items"]?.arrayValue ?? []
            context.terminal.list(items.map { CollectionItemRow(json: $0) }, asJSON: false)
        }
    }
}
