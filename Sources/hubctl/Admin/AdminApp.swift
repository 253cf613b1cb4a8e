// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminApp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app",
        abstract: "Programs that people may let act for them (OAuth).",
        subcommands: [AdminAppCreate.self, AdminAppList.self, AdminAppDelete.self]
    )
}

struct AdminAppCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a program known; prints its client id and secret.",
        discussion: """
            The program sends people to the hub's /oauth/authorize, or shows them a device code. Its settings are at the
            hub's /.well-known/openid-configuration. The secret is stored nowhere and cannot be shown again.

            EXAMPLES:
              hubctl admin app create "Label tool" --redirect-uri https://label.example.org/callback --data-dir /srv/hub
              hubctl admin app create "Notebook" --public --data-dir /srv/hub
            """
    )

    @Argument(help: "What people are asked to let in.")
    var name: String

    @OptionGroup var data: DataOptions

    @Option(
        name: .customLong("redirect-uri"),
        help: ArgumentHelp("Where browsers may be sent back to (repeatable).", valueName: "address")
    )
    var redirectURIs: [String] = []

    @Flag(name: .customLong("public"), help: "It cannot keep a secret: a page, or a program on people's machines.")
    var isPublic = false

    func run() async throws {
        try await data.run { hub in
            let (app, secret) = try await hub.oauthApps.create(
                name: name,
                redirectURIs: redirectURIs,
                isPublic: isPublic
            )
            if data.json {
                var answer = app.objectValue ?? [:]
                answer["clientSecret"] = secret.map(JSONValue.string)
                data.terminal.data(JSONValue.object(answer).serialized)
            } else {
                data.terminal.data("client id: \(app["clientId"]?.stringValue ?? "")")
                if let secret {
                    data.terminal.data("client secret: \(secret)")
                    data.terminal.say("The secret is shown this once.")
                }
            }
        }
    }
}

struct AdminAppList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the programs that are known.",
        discussion: """
            EXAMPLES:
              hubctl admin app list --data-dir /srv/hub
            """
    )

    @OptionGroup var data: DataOptions

    func run() async throws {
        try await data.run { hub in
            let rows = try await hub.oauthApps.list().map(AppRow.init)
            data.terminal.list(rows, asJSON: data.json)
        }
    }
}

struct AdminAppDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a program; every token it was given ends.",
        discussion: """
            EXAMPLES:
              hubctl admin app delete app-0f3c… --data-dir /srv/hub
            """
    )

    @Argument(help: "The program's client id.")
    var clientID: String

    @OptionGroup var data: DataOptions

    func run() async throws {
        try await data.run { hub in
            try await hub.oauthApps.delete(clientID: clientID)
            if data.json {
                data.terminal.data((["clientId": .string(clientID), "deleted": true] as JSONValue).serialized)
            } else {
                data.terminal.say("Removed \(clientID)")
            }
        }
    }
}

private struct AppRow: ListDisplayable {
    static let columns = [
        Table.Column("CLIENT ID"), Table.Column("NAME"), Table.Column("SECRET"), Table.Column("REDIRECTS TO"),
    ]

    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    var id: String { json["clientId"]?.stringValue ?? "" }

    var cells: [String] {
        [
            id, json["name"]?.stringValue ?? "", json["isPublic"]?.boolValue == true ? "none" : "yes",
            (json["redirectUris"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: " "),
        ]
    }
}
