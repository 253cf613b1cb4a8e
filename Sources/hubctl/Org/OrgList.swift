// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct OrgList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the organisations you are in.",
        discussion: """
            EXAMPLES:
              hubctl org list
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            // Of the account, as any hub tells it.
            let organisations = try await Account.current(context.client).json["orgs"]?.arrayValue ?? []
            context.terminal.list(organisations.map(OrgRow.init), asJSON: context.isJSON)
            if organisations.isEmpty { context.terminal.say("you are in no organisation") }
        }
    }
}

struct OrgRow: ListDisplayable {
    static let columns = [Table.Column("NAME"), Table.Column("FULL NAME"), Table.Column("ROLE")]

    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    var cells: [String] { ["name", "fullname", "roleInOrg"].map { json[$0]?.stringValue ?? "" } }
}
