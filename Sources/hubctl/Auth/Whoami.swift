// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct Whoami: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show whom the access token belongs to.",
        discussion: """
            EXAMPLES:
              hubctl whoami
              hubctl whoami --json
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let account = try await Account.current(context.client)
            if context.isJSON {
                context.terminal.data(account.json.serialized)
                return
            }
            context.terminal.data(account.name)
            if !account.organizations.isEmpty {
                context.terminal.data("organizations: \(account.organizations.joined(separator: ", "))")
            }
            if let role = account.role { context.terminal.data("token: \(role)") }
        }
    }
}
