// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct OrgAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Make a user a member of an organisation you administer.",
        discussion: """
            read: see and download private repos. contributor: also create repos and change one's own. write: also
            change all repos. admin: also settings, deletion and members.

            EXAMPLES:
              hubctl org add vision bob
              hubctl org add vision carol --role admin
            """
    )

    @Argument(help: "Name of the organisation.")
    var organization: String

    @Argument(help: "Name of the user.")
    var user: String

    @Option(help: "What the member may do.")
    var role = Role.write

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let body: JSONObject = ["user": .string(user), "role": .string(role.rawValue)]
            try await context.changeMember(.POST, URLText.segment(organization) + "/members", body)
            context.done("\(user) is in \(organization) with the role \(role.rawValue)", .object(body))
        }
    }
}
