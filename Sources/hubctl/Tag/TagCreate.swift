// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct TagCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Give a commit a name that stays.",
        discussion: """
            EXAMPLES:
              hubctl tag create alice/vit-tiny v1.0
              hubctl tag create alice/vit-tiny v1.1 --revision experiment -m 'Better'
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Name of the tag.")
    var tag: String

    @Option(help: "Branch, tag or commit.")
    var revision = "main"

    @Option(name: .shortAndLong, help: "What the tag is for.")
    var message: String?

    @Flag(help: "It is no error if the tag exists.")
    var existOk = false

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            try RefName.check(tag, what: "tag")
            var body: JSONObject = ["tag": .string(tag)]
            if let message { body["message"] = .string(message) }
            let path = "\(target.apiPath)/tag/\(URLText.segment(revision))"
            var request = HubRequest(.POST, context.client.url(path)).json(.object(body))
            request.retry = .untouched
            do {
                try await context.client.perform(request)
            } catch let error as HTTPFailure where error.status == 409 && existOk {
                return context.done("tag \(tag) exists", ["repo": .string(target.id), "tag": .string(tag)])
            }
            context.done("created tag \(tag)", ["repo": .string(target.id), "tag": .string(tag)])
        }
    }
}
