// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminOrg: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "org",
        abstract: "Create organisations.",
        subcommands: [AdminOrgCreate.self]
    )
}

struct AdminOrgCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create an organisation.",
        discussion: """
            A member is USER or USER:ROLE; the role is read, contributor, write (if none is named) or admin.

            EXAMPLES:
              hubctl admin org create vision --data-dir /srv/hub --member alice:admin
            """
    )

    @Argument(help: "Name of the organisation.")
    var name: String

    @OptionGroup var data: DataOptions

    @Option(help: "Name as people write it.")
    var fullName: String?

    @Option(help: ArgumentHelp("A member (repeatable).", valueName: "user[:role]"))
    var member: [String] = []

    @Option(help: "Whether new repos are public or private if nothing is said.")
    var defaultVisibility: String?

    func validate() throws {
        for text in member where OrgMember(text) == nil {
            throw ValidationError(
                "'\(text)' is no member: it has the form user[:role], role read, contributor, write or admin."
            )
        }
        guard defaultVisibility.map({ Visibility(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--default-visibility is public or private.")
        }
    }

    func run() async throws {
        try await data.run { hub in
            let members = try member.compactMap { OrgMember($0) }.map {
                (user: try AccountName($0.user), role: $0.role)
            }
            _ = try await hub.accounts.createOrganisation(
                try AccountName(name),
                fullName: fullName,
                members: members,
                defaultVisibility: defaultVisibility.flatMap(Visibility.init(rawValue:)) ?? .public
            )
            if data.json {
                data.terminal.data((["name": .string(name)] as JSONValue).serialized)
            } else {
                data.terminal.say("Created the organisation \(name)")
                data.terminal.data(name)
            }
        }
    }
}

/// `user` or `user:role` as typed.
struct OrgMember: Sendable, Hashable {
    let user: String
    let role: Role

    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let user = parts.first, !user.isEmpty, parts.count <= 2 else { return nil }
        guard let role = parts.count == 2 ? Role(rawValue: String(parts[1])) : .write else { return nil }
        self.user = String(user)
        self.role = role
    }
}
