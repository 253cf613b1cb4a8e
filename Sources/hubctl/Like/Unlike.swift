// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct Unlike: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlike",
        abstract: "Take a like back.",
        discussion: """
            Doing so twice is no error.

            EXAMPLES:
              hubctl unlike alice/vit-tiny
              hubctl unlike vision/shapes --type dataset
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            try await context.client.perform(HubRequest(.DELETE, context.client.url(target.apiPath + "/like")))
            context.done("no longer liked \(target.id)", ["repo": .string(target.id), "liked": false])
        }
    }
}
