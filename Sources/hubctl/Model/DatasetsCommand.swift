// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct DatasetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets",
        abstract: "List and search datasets.",
        subcommands: [DatasetsList.self, DatasetsSearch.self]
    )
}

struct DatasetsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List datasets.",
        discussion: """
            EXAMPLES:
              hubctl datasets list --author vision --limit 5
            """
    )

    @Option(help: "Words to look for.")
    var search: String?

    @OptionGroup var options: SearchOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { try await options.run(.dataset, search: search, $0) }
    }
}

struct DatasetsSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search datasets.",
        discussion: """
            EXAMPLES:
              hubctl datasets search shapes --task image-classification
            """
    )

    @Argument(help: "Words to look for.")
    var words: [String]

    @OptionGroup var options: SearchOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { try await options.run(.dataset, search: words.joined(separator: " "), $0) }
    }
}
