// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct BranchDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a branch.",
        discussion: """
            EXAMPLES:
              hubctl branch delete alice/vit-tiny experiment
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Name of the branch.")
    var branch: String

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            let path = "\(target.apiPath)/branch/\(URLText.segment(branch))"
            var request = HubRequest(.DELETE, context.client.url(path))
            request.retry = .untouched
            try await context.client.perform(request)
            context.done("deleted branch \(branch)", ["repo": .string(target.id), "deleted": .string(branch)])
        }
    }
}
