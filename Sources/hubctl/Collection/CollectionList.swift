// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct CollectionList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List collections.",
        discussion: """
            EXAMPLES:
              hubctl collection list
              hubctl collection list --owner vision
              hubctl collection list --item models/alice/vit-tiny --sort upvotes
            """
    )

    @Option(help: "Only of this user or organisation.")
    var owner: String?

    @Option(help: "Only those with this in them, as models/namespace/name.")
    var item: String?

    @Option(help: "lastModified, trending or upvotes.")
    var sort: String?

    @Option(help: "How many at most.")
    var limit = 50

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            var query: [(String, String)] = []
            if let owner { query.append(("owner", owner)) }
            if let item { query.append(("item", item)) }
            if let sort { query.append(("sort", sort)) }
            let rows = try await context.client.list("/api/collections", query, limit: limit)
            context.terminal.list(rows.map { CollectionRow(json: $0) }, asJSON: context.isJSON)
        }
    }
}
