// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct OrgMembers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "members",
        abstract: "List the members of an organisation.",
        discussion: """
            Roles are shown to members.

            EXAMPLES:
              hubctl org members vision
            """
    )

    @Argument(help: "Name of the organisation.")
    var organization: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let path = "/api/organizations/\(URLText.segment(organization))/members"
            let members = try await context.client.list(path).map(MemberRow.init)
            context.terminal.list(members, asJSON: context.isJSON)
        }
    }
}

struct MemberRow: ListDisplayable {
    static let columns = [Table.Column("USER"), Table.Column("NAME"), Table.Column("ROLE")]

    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    var cells: [String] { ["user", "fullname", "role"].map { json[$0]?.stringValue ?? "" } }
}
