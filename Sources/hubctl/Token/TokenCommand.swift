// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke access tokens of yours.",
        discussion: """
            They are looked after with a token that has the role write.
            """,
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self]
    )
}

/// A token in the list.
struct TokenRow: ListDisplayable {
    static let columns = [
        Table.Column("ID"), Table.Column("NAME"), Table.Column("ROLE"), Table.Column("CREATED"),
        Table.Column("LAST USED"), Table.Column("ENDS"),
    ]

    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    var id: String { json["id"]?.stringValue ?? "" }
    var name: String { json["displayName"]?.stringValue ?? "" }

    var cells: [String] {
        let isCurrent = json["isCurrent"]?.boolValue == true
        let end = json["expiresAt"]?.stringValue ?? "never"
        return [
            id, name + (isCurrent ? " (this one)" : ""), json["role"]?.stringValue ?? "",
            json["createdAt"]?.stringValue ?? "", json["lastUsedAt"]?.stringValue ?? "never",
            json["isExpired"]?.boolValue == true ? "ended \(end)" : end,
        ]
    }
}
