// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct CollectionRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take something out of a collection.",
        discussion: """
            EXAMPLES:
              hubctl collection remove alice/small-vits-0123456789abcdef01234567 89abcdef0123456789abcdef
            """
    )

    @Argument(help: "namespace/title-0123456789abcdef01234567.")
    var slug: String

    @Argument(help: "Id of the item, as collection view shows it, or the name of what it is.")
    var item: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let path = try HubClient.collectionPath(slug)
            let items = try await context.client.get(path)["items"]?.arrayValue ?? []
            let found = items.first { row in
                [row["_id"], row["id"], row["slug"]].contains(.string(item))
            }
            guard let id = found?["_id"]?.stringValue else {
                throw CommandFailure("'\(Table.printable(item))' is not in the collection")
            }
            _ = try await context.client.change(.DELETE, "\(path)/items/\(URLText.segment(id))")
            context.done("removed \(item)", ["removed": .string(id)])
        }
    }
}
