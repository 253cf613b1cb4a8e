// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminUserEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Make a user an administrator or not, disable or enable one.",
        discussion: """
            A disabled user is signed out and opens nothing, neither with a password nor with a token; what they own \
            stays. The last administrator stays one.

            EXAMPLES:
              hubctl admin user edit alice --data-dir /srv/hub --admin
              hubctl admin user edit bob --data-dir /srv/hub --disabled
            """
    )

    @Argument(help: "Name of the user.")
    var name: String

    @OptionGroup var data: DataOptions

    @Flag(inversion: .prefixedNo, help: "May administer the whole hub.")
    var admin: Bool?

    @Flag(inversion: .prefixedNo, help: "Opens nothing.")
    var disabled: Bool?

    func validate() throws {
        guard admin != nil || disabled != nil else { throw ValidationError("Say what to change.") }
    }

    func run() async throws {
        let name = try AccountName(name)
        try await data.run { hub in
            var change = AdministrationService.UserChange()
            change.isAdmin = admin
            change.isDisabled = disabled
            let user = try await hub.administration.update(name, change, by: .machineOperator)
            if data.json { data.terminal.data(user.serialized) } else { data.terminal.say("Changed the user \(name)") }
        }
    }
}
