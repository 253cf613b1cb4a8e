// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct BranchProtect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protect",
        abstract: "Let only administrators push to a branch, or nobody.",
        discussion: """
            EXAMPLES:
              hubctl branch protect vision/depth-pro main
              hubctl branch protect vision/depth-pro 'release/*' --push nobody
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Name of a branch; * stands for anything but /.")
    var pattern: String

    @Option(help: "Who may: admins, or nobody (what is to go in comes by pull requests).")
    var push = "admins"

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            let path = "\(target.apiPath)/protected-branches/\(URLText.segment(pattern))"
            _ = try await context.client.change(.PUT, path, ["push": .string(push)])
            let json: JSONObject = [
                "repo": .string(target.id), "pattern": .string(pattern), "push": .string(push),
            ]
            context.done("protected \(pattern)", .object(json))
        }
    }
}
