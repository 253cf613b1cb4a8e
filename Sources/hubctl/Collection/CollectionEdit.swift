// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct CollectionEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a collection.",
        discussion: """
            EXAMPLES:
              hubctl collection edit alice/small-vits-0123456789abcdef01234567 --title 'Tiny ViTs' --theme pink
            """
    )

    @Argument(help: "namespace/title-0123456789abcdef01234567.")
    var slug: String

    @Option(help: "Another title.")
    var title: String?

    @Option(name: .shortAndLong, help: "Another description.")
    var description: String?

    @Option(help: "orange, blue, green, purple, pink or indigo.")
    var theme: String?

    @Option(help: "public or private.")
    var visibility: String?

    @Option(help: "Its place among the collections of its owner, from 0.")
    var position: Int64?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            var body: JSONObject = [:]
            body["title"] = title.map { .string($0) }
            body["description"] = description.map { .string($0) }
            body["theme"] = theme.map { .string($0) }
            body["position"] = position.map { .int($0) }
            if let visibility {
                guard let wanted = Visibility(rawValue: visibility) else {
                    throw CommandFailure("--visibility is public or private")
                }
                body["private"] = .bool(wanted == .private)
            }
            guard !body.isEmpty else { throw CommandFailure("nothing to change", hint: "see --help") }
            let answer = try await context.client.change(.PATCH, try HubClient.collectionPath(slug), body)
            let changed = answer["data"] ?? answer
            context.terminal.data(context.isJSON ? changed.serialized : changed["slug"]?.stringValue ?? slug)
        }
    }
}
