// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp

struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin",
        abstract: "Look after a hub's data folder, on the machine it lies on.",
        discussion: "These verbs need no token and no running hub: who can write the folder may use them.",
        subcommands: [
            AdminUser.self, AdminInvite.self, AdminOrg.self, AdminToken.self, AdminApp.self, AdminQuota.self,
            AdminStorage.self,
            AdminAudit.self,
            AdminGC.self,
            AdminVerify.self,
            AdminReindex.self,
            AdminBackup.self, AdminRestore.self,
        ]
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
        let hub = try await Hub.open(dataFolder: dataDir)
        try await body(hub)
        do {
            try await AuditWriter(hub: hub, dataFolder: dataDir).catchUp()
        } catch {
            // What was done stands, and is on record in the database; the file gets it with the next act.
            terminal.warn("The audit log's file cannot be written: \(error)")
        }
    }

    var terminal: Terminal { Terminal(environment: .current, quiet: quiet) }
}
