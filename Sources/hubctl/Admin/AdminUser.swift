// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminUser: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Create users, change them, and set their passwords.",
        subcommands: [AdminUserCreate.self, AdminUserPassword.self, AdminUserEdit.self]
    )
}

struct AdminUserCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a user with an access token.",
        discussion: """
            Prints the token, which is stored nowhere and cannot be shown again. Works while hubd runs, too. With a
            password the user signs in with a browser; without one, with the token.

            EXAMPLES:
              hubctl admin user create alice --data-dir /srv/hub --full-name 'Alice Example'
              hubctl admin user create root --data-dir /srv/hub --admin --json
              hubctl admin user create bob --data-dir /srv/hub --password-stdin < password.txt
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

    @Flag(help: "Read a password from the first line of stdin.")
    var passwordStdin = false

    func run() async throws {
        let password = passwordStdin ? try PasswordInput.read(fromStdin: true) : nil
        try await data.run { hub in
            let made = try await hub.accounts.createUser(
                try AccountName(name),
                fullName: fullName,
                email: email,
                isAdmin: admin,
                secret: try token.map { try AccessTokenSecret($0) },
                password: password
            )
            if data.json {
                let answer: JSONValue = [
                    "name": .string(name), "token": .string(made.secret.text), "admin": .bool(admin),
                ]
                data.terminal.data(answer.serialized)
            } else {
                data.terminal.say("Created the user \(name). The token is shown this once:")
                data.terminal.data(made.secret.text)
            }
        }
    }
}
