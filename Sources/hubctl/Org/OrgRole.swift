// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct OrgRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Give a member of an organisation another role.",
        discussion: """
            The last administrator cannot step down.

            EXAMPLES:
              hubctl org role vision bob read
            """
    )

    @Argument(help: "Name of the organisation.")
    var organization: String

    @Argument(help: "Name of the member.")
    var user: String

    @Argument(help: "read, contributor, write or admin.")
    var role: Role

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let path = "\(URLText.segment(organization))/members/\(URLText.segment(user))/role"
            try await context.changeMember(.PUT, path, ["role": .string(role.rawValue)])
            context.done(
                "\(user) is in \(organization) with the role \(role.rawValue)",
                ["user": .string(user), "role": .string(role.rawValue)]
            )
        }
    }
}
