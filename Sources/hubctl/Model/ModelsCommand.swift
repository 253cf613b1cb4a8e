// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List and search models.",
        subcommands: [ModelsList.self, ModelsSearch.self]
    )
}

struct ModelsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List models.",
        discussion: """
            EXAMPLES:
              hubctl models list --task image-classification --sort downloads
            """
    )

    @Option(help: "Words to look for.")
    var search: String?

    @OptionGroup var options: SearchOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { try await options.run(.model, search: search, $0) }
    }
}

struct ModelsSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search models.",
        discussion: """
            EXAMPLES:
              hubctl models search dinov2 --library transformers
            """
    )

    @Argument(help: "Words to look for.")
    var words: [String]

    @OptionGroup var options: SearchOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { try await options.run(.model, search: words.joined(separator: " "), $0) }
    }
}
