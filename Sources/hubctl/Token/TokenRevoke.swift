// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct TokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Make a token of yours open nothing any more.",
        discussion: """
            The token in use can revoke itself (current), whatever its role.

            EXAMPLES:
              hubctl token revoke ci
              hubctl token revoke current
            """
    )

    @Argument(help: "Name or id, or 'current'.")
    var token: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let id = try await id(context.client)
            var request = HubRequest(.DELETE, context.client.url("/api/settings/tokens/\(URLText.segment(id))"))
            request.retry = .untouched
            try await context.client.perform(request)
            context.done("revoked the token \(token)", ["id": .string(id), "revoked": true])
        }
    }

    private func id(_ client: HubClient) async throws -> String {
        guard token != "current" else { return token }
        let tokens = try await client.list("/api/settings/tokens").map(TokenRow.init)
        if let exact = tokens.first(where: { $0.id == token }) { return exact.id }
        let named = tokens.filter { $0.name == token }
        guard let first = named.first else {
            throw CommandFailure("you have no token '\(Table.printable(token))'", hint: "see 'hubctl token list'")
        }
        guard named.count == 1 else {
            let ids = named.map(\.id).joined(separator: ", ")
            throw CommandFailure("\(named.count) tokens go by that name", hint: "name one by its id: \(ids)")
        }
        return first.id
    }
}
