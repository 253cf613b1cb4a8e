// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct CollectionDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a collection; what is in it stays.",
        discussion: """
            EXAMPLES:
              hubctl collection delete alice/small-vits-0123456789abcdef01234567
            """
    )

    @Argument(help: "namespace/title-0123456789abcdef01234567.")
    var slug: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            _ = try await context.client.change(.DELETE, try HubClient.collectionPath(slug))
            context.done("deleted \(slug)", ["deleted": .string(slug)])
        }
    }
}
