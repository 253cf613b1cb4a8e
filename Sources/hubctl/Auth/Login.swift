// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct Login: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check an access token and store it.",
        discussion: """
            The token is asked for, or read from stdin when that is not a terminal. It goes to $HF_HOME/token, which only \
            you can read, and where the Python libraries find it too. With --web you let hubctl in with a browser, on this \
            machine or another, and no token is typed.

            EXAMPLES:
              hubctl login
              hubctl login --web
              hubctl login --token hf_…
              hubctl login --endpoint https://hub.example.org < token.txt
            """
    )

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Log in with a browser: prints an address and a code, and waits.")
    var web = false

    func validate() throws {
        guard !(web && global.token != nil) else { throw ValidationError("Give either --web or --token.") }
    }

    func run() async throws {
        var global = global
        if web { global.token = try await WebLogin(global: global).token() }
        if global.token == nil { global.token = try Self.readToken() }
        guard let token = global.token.flatMap(HubEnvironment.clean) else {
            throw CommandFailure(
                "no token was given",
                hint: "tokens are made on the hub's settings page, or by 'hubctl admin user create'"
            )
        }
        try await global.run { context in
            let account = try await Account.current(context.client)
            let path = context.environment.tokenPath
            try await Disk.run { try Files.writeText(token, to: path, mode: 0o600) }
            if context.isJSON {
                context.terminal.data(
                    (["name": .string(account.name), "tokenPath": .string(path)] as JSONValue).serialized
                )
            } else {
                context.terminal.say(
                    "logged in to \(context.client.endpoint) as \(account.name); token stored in \(path)"
                )
            }
            if context.environment.token != nil, context.environment.token != token {
                context.terminal.warn("HF_TOKEN is set to another token and goes before the stored one")
            }
        }
    }

    private static func readToken() throws -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return readLine() }
        guard let typed = getpass("Token (it is not shown): ") else { return nil }
        return String(cString: typed)
    }
}
