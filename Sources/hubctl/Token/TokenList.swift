// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct TokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List your access tokens, the latest first.",
        discussion: """
            EXAMPLES:
              hubctl token list
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let tokens = try await context.client.list("/api/settings/tokens").map(TokenRow.init)
            context.terminal.list(tokens, asJSON: context.isJSON)
        }
    }
}
