// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminUserPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Set a user's password.",
        discussion: """
            It is asked for, or read from stdin when that is not a terminal. All of the user's browsers are signed out;
            access tokens stay. Works while hubd runs, too.

            EXAMPLES:
              hubctl admin user password alice --data-dir /srv/hub
              hubctl admin user password alice --data-dir /srv/hub --json < password.txt
            """
    )

    @Argument(help: "Name of the user.")
    var name: String

    @OptionGroup var data: DataOptions

    func run() async throws {
        let name = try AccountName(name)
        let password = try PasswordInput.read()
        try await data.run { hub in
            try await hub.passwords.set(password, of: name)
            if data.json {
                data.terminal.data((["name": .string(name.text), "success": true] as JSONValue).serialized)
            } else {
                data.terminal.say("Set the password of \(name)")
            }
        }
    }
}
