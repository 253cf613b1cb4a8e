// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubApp
import HubCore

struct AdminToken: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Create, list and revoke access tokens.",
        subcommands: [AdminTokenCreate.self, AdminTokenList.self, AdminTokenRevoke.self]
    )
}

struct AdminTokenCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Give a user one more token.",
        discussion: """
            Prints the token, which is stored nowhere and cannot be shown again. A fine-grained token does only what its
            scopes say: TYPE is user, org, model, dataset or space, NAME the account or namespace/name, PERMISSION read
            (repo.content.read), write (repo.write), discuss (discussion.write: discussions and pull requests) or manage
            (org.write: an organisation's members).

            EXAMPLES:
              hubctl admin token create alice --data-dir /srv/hub --name ci --role read
              hubctl admin token create alice --data-dir /srv/hub --role fineGrained --scope model:alice/vit:write
            """
    )

    @Argument(help: "Name of the user.")
    var user: String

    @OptionGroup var data: DataOptions

    @Option(help: "What the token is called; to revoke it by.")
    var name = "token"

    @Option(help: ArgumentHelp("What it may do: read, write or fineGrained.", valueName: "role"))
    var role = "read"

    @Option(help: ArgumentHelp("What a fine-grained token may do (repeatable).", valueName: "type:name:permission"))
    var scope: [String] = []

    @Flag(help: "Let a fine-grained token read the gated repos that were opened to the user.")
    var readGated = false

    @Option(help: ArgumentHelp("When it ends, from now.", valueName: "seconds"))
    var expiresIn: Int64?

    @Option(help: ArgumentHelp("Make this the token instead of a new one.", valueName: "token"))
    var token: String?

    func validate() throws {
        guard TokenRole(rawValue: role) != nil else { throw ValidationError("--role is read, write or fineGrained.") }
        for text in scope where TokenScope(argument: text) == nil {
            throw ValidationError("'\(text)' is no scope: it has the form type:name:permission.")
        }
    }

    func run() async throws {
        try await data.run { hub in
            let secret = try await hub.accounts.createToken(
                for: try AccountName(user),
                tokenName: name,
                role: TokenRole(rawValue: role) ?? .read,
                scopes: scope.compactMap { TokenScope(argument: $0) },
                canReadGated: readGated,
                lifetimeSeconds: expiresIn,
                secret: try token.map { try AccessTokenSecret($0) }
            )
            if data.json {
                let answer: JSONValue = ["user": .string(user), "name": .string(name), "token": .string(secret.text)]
                data.terminal.data(answer.serialized)
            } else {
                data.terminal.say("Created the token '\(name)' of \(user). It is shown this once:")
                data.terminal.data(secret.text)
            }
        }
    }
}

struct AdminTokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List a user's access tokens, the latest first.",
        discussion: """
            EXAMPLES:
              hubctl admin token list alice --data-dir /srv/hub
            """
    )

    @Argument(help: "Name of the user.")
    var user: String

    @OptionGroup var data: DataOptions

    func run() async throws {
        try await data.run { hub in
            let tokens = try await hub.accounts.tokens(of: try AccountName(user)).map(TokenRow.init)
            data.terminal.list(tokens, asJSON: data.json)
        }
    }
}

struct AdminTokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Make a user's token open nothing any more.",
        discussion: """
            EXAMPLES:
              hubctl admin token revoke alice --name ci --data-dir /srv/hub
            """
    )

    @Argument(help: "Name of the user.")
    var user: String

    @OptionGroup var data: DataOptions

    @Option(help: "What the token is called.")
    var name: String?

    @Option(help: "The token itself.")
    var token: String?

    func validate() throws {
        guard (name == nil) != (token == nil) else { throw ValidationError("Give either --name or --token.") }
    }

    func run() async throws {
        try await data.run { hub in
            let revoked = try await hub.accounts.revokeTokens(
                of: try AccountName(user),
                tokenName: name,
                secret: try token.map { try AccessTokenSecret($0) }
            )
            if data.json {
                data.terminal.data((["user": .string(user), "revoked": .int(Int64(revoked))] as JSONValue).serialized)
            } else {
                data.terminal.say("Revoked \(revoked) token\(revoked == 1 ? "" : "s") of \(user)")
            }
        }
    }
}

extension TokenScope {
    /// From `type:name:read`, `type:name:write` or `org:name:manage`.
    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let short: [String: TokenScope.Permission] = [
            "read": .read, "write": .write, "manage": .manage, "discuss": .discuss,
        ]
        guard parts.count == 3, let type = parts.first, let last = parts.last,
            let permission = short[last] ?? TokenScope.Permission(rawValue: last),
            ["user", "org", "model", "dataset", "space"].contains(type)
        else { return nil }
        self.init(entityType: type, entityName: parts[1], permissions: [permission])
    }
}
