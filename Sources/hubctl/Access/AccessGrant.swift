// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct AccessGrant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Let a user read a gated repo, asked for or not.",
        discussion: """
            EXAMPLES:
              hubctl access grant vision/depth-pro bob
            """
    )

    @OptionGroup var subject: AccessSubject
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(subject.repo, kind: subject.options.type).owned(by: context.client)
            let url = context.client.url(target.apiPath + "/user-access-request/grant")
            var request = HubRequest(.POST, url).json(["user": .string(subject.user)])
            request.retry = .untouched
            try await context.client.perform(request)
            context.done(
                "\(subject.user) may read \(target.id)",
                ["repo": .string(target.id), "user": .string(subject.user), "status": "accepted"]
            )
        }
    }
}
