// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct CollectionCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a collection.",
        discussion: """
            EXAMPLES:
              hubctl collection create 'Small ViTs' --description 'All below 10M weights'
              hubctl collection create 'Depth' --namespace vision --private
            """
    )

    @Argument(help: "Title, of 60 characters at most.")
    var title: String

    @Option(help: "Organisation; you, if not given.")
    var namespace: String?

    @Option(name: .shortAndLong, help: "What is in it.")
    var description: String?

    @Flag(name: .customLong("private"), help: "For its namespace only.")
    var isPrivate = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let owner: String
            if let namespace { owner = namespace } else { owner = try await Account.current(context.client).name }
            var body: JSONObject = [
                "title": .string(title), "namespace": .string(owner), "private": .bool(isPrivate),
            ]
            body["description"] = description.map { .string($0) }
            let made = try await context.client.change(.POST, "/api/collections", body)
            context.terminal.data(context.isJSON ? made.serialized : made["slug"]?.stringValue ?? "")
        }
    }
}
