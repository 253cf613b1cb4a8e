// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore
import HubStore

struct AdminUser: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Create users.",
        subcommands: [AdminUserCreate.self]
    )
}

struct AdminUserCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a user with an access token.",
        discussion: """
            Prints the token, which is stored nowhere and cannot be shown again. Works while hubd runs, too.

            EXAMPLES:
              hubctl admin user create alice --data-dir /srv/hub --full-name 'Alice Example'
              hubctl admin user create root --data-dir /srv/hub --admin --json
            """
    )

    @Argument(help: "Name of the user.")
    var name: String

    @OptionGroup var data: DataOptions

    @Option(help: "Name as people write it.")
    var fullName: String?

    @Option(help: "Address for mail.")
    var email: String?

    @Flag(help: "May administer the whole hub.")
    var admin = false

    @Option(help: ArgumentHelp("Make this the token instead of a new one.", valueName: "token"))
    var token: String?

    func run() async throws {
        let name = try AccountName(name)
        let secret = try token.map { try AccessTokenSecret($0) }
        let hub = try await Hub.open(dataFolder: data.dataDir)
        let made = try await hub.accounts.createUser(
            name,
            fullName: fullName,
            email: email,
            isAdmin: admin,
            secret: secret
        )
        if data.json {
            let answer: JSONValue = [
                "name": .string(made.account.name), "admin": .bool(admin), "token": .string(made.secret.text),
            ]
            return data.terminal.data(answer.serialized)
        }
        data.terminal.say("created user \(made.account.name); the token below is shown only now")
        data.terminal.data(made.secret.text)
    }
}
