// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct TagDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a tag.",
        discussion: """
            EXAMPLES:
              hubctl tag delete alice/vit-tiny v1.0
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Name of the tag.")
    var tag: String

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            var request = HubRequest(.DELETE, context.client.url("\(target.apiPath)/tag/\(URLText.segment(tag))"))
            request.retry = .untouched
            try await context.client.perform(request)
            context.done("deleted tag \(tag)", ["repo": .string(target.id), "deleted": .string(tag)])
        }
    }
}
