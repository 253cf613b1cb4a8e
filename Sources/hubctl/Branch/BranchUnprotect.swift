// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct BranchUnprotect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unprotect",
        abstract: "Let everybody who may write push to a branch again.",
        discussion: """
            EXAMPLES:
              hubctl branch unprotect vision/depth-pro main
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "As it was given to protect.")
    var pattern: String

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            _ = try await context.client.change(
                .DELETE,
                "\(target.apiPath)/protected-branches/\(URLText.segment(pattern))"
            )
            context.done("unprotected \(pattern)", ["repo": .string(target.id), "pattern": .string(pattern)])
        }
    }
}
