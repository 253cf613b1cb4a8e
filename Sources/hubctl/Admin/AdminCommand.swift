// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp

struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin",
        abstract: "Look after a hub's data folder, on the machine it lies on.",
        discussion: "These verbs need no token and no running hub: who can write the folder may use them.",
        subcommands: [AdminUser.self, AdminOrg.self, AdminToken.self]
    )
}

/// Which data folder an admin verb works on.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The hub's data folder (the one hubd serves).", valueName: "folder"))
    var dataDir: String

    @Flag(help: "Print JSON on stdout.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print no remarks.")
    var quiet = false

    /// Opens the folder and runs `body` on its hub.
    func run(_ body: (Hub) async throws -> Void) async throws {
        try await body(try await Hub.open(dataFolder: dataDir))
    }

    var terminal: Terminal { Terminal(environment: .current, quiet: quiet) }
}
