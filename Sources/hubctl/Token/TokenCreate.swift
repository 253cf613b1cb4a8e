// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct TokenCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make one more access token.",
        discussion: """
            Prints the token, which is stored nowhere and cannot be shown again. A fine-grained token does only what its
            scopes say: TYPE is user, org, model, dataset or space, NAME the account or namespace/name, PERMISSION read
            (repo.content.read), write (repo.write), discuss (discussion.write: discussions and pull requests) or manage
            (org.write: an organisation's members).

            EXAMPLES:
              hubctl token create laptop --role write
              hubctl token create ci --scope model:vision/depth-pro:write --expires-in 90d
            """
    )

    @Argument(help: "What the token is called.")
    var name: String

    @Option(help: ArgumentHelp("What it may do: read, write or fineGrained; fineGrained with a scope, else read."))
    var role: String?

    @Option(help: ArgumentHelp("What a fine-grained token may do (repeatable).", valueName: "type:name:permission"))
    var scope: [String] = []

    @Flag(help: "Let a fine-grained token read the gated repos that were opened to you.")
    var readGated = false

    @Option(
        help: ArgumentHelp("When it ends, from now: 12h, 90d. It never does if nothing is said.", valueName: "time")
    )
    var expiresIn: DurationArgument?

    @OptionGroup var global: GlobalOptions

    private var wantedRole: String { role ?? (scope.isEmpty && !readGated ? "read" : "fineGrained") }

    func validate() throws {
        guard TokenRole(rawValue: wantedRole) != nil else {
            throw ValidationError("--role is read, write or fineGrained.")
        }
        for text in scope where TokenScope(argument: text) == nil {
            throw ValidationError("'\(text)' is no scope: it has the form type:name:permission.")
        }
    }

    func run() async throws {
        try await global.run { context in
            var body: JSONObject = ["displayName": .string(name), "role": .string(wantedRole)]
            body["expiresIn"] = expiresIn.map { .int($0.seconds) }
            if !scope.isEmpty || readGated {
                let scoped = scope.compactMap { TokenScope(argument: $0) }.map { scope -> JSONValue in
                    [
                        "entity": ["type": .string(scope.entityType), "name": .string(scope.entityName)],
                        "permissions": .array(scope.permissions.map { .string($0.rawValue) }),
                    ]
                }
                body["fineGrained"] = ["canReadGatedRepos": .bool(readGated), "scoped": .array(scoped)]
            }
            var request = HubRequest(.POST, context.client.url("/api/settings/tokens")).json(.object(body))
            request.retry = .untouched
            let made = try await context.client.json(request)
            guard let token = made["token"]?.stringValue else {
                throw CommandFailure("\(context.client.origin) made no token", status: .fault)
            }
            if context.isJSON {
                context.terminal.data(made.serialized)
            } else {
                context.terminal.say("made the token '\(name)'; it is shown this once:")
                context.terminal.data(token)
            }
        }
    }
}
