// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct Logout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Forget the stored access token.",
        discussion: "The token itself stays valid on the hub; revoke it there if it is no longer wanted."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let path = context.environment.tokenPath
            let existed = try await Disk.run {
                guard try Files.status(path) != nil else { return false }
                try Files.remove(path)
                return true
            }
            if context.isJSON {
                context.terminal.data(
                    (["removed": .bool(existed), "tokenPath": .string(path)] as JSONValue).serialized
                )
            } else {
                context.terminal.say(existed ? "removed \(path)" : "no token is stored")
            }
            if context.environment.token != nil { context.terminal.warn("HF_TOKEN is set and still used") }
        }
    }
}
