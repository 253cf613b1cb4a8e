// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct OrgRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "End a membership; one's own to leave.",
        discussion: """
            What the member has made stays with the organisation. The last administrator cannot leave.

            EXAMPLES:
              hubctl org remove vision bob
            """
    )

    @Argument(help: "Name of the organisation.")
    var organization: String

    @Argument(help: "Name of the member.")
    var user: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let path = "\(URLText.segment(organization))/members/\(URLText.segment(user))"
            try await context.changeMember(.DELETE, path)
            context.done("\(user) is no longer in \(organization)", ["user": .string(user), "removed": true])
        }
    }
}
