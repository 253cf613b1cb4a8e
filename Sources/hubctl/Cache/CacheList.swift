// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

struct CacheList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the repos in the cache.",
        discussion: """
            EXAMPLES:
              hubctl cache list
              hubctl cache list --json
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let cache = context.environment.cache
            let repos = try await Disk.run { try CachedRepo.all(in: cache) }.sorted { $0.size > $1.size }
            context.terminal.list(repos, asJSON: context.isJSON)
            let size = Units.size(repos.reduce(0) { $0 + $1.size })
            context.terminal.say("\(Units.count(repos.count, "repo")), \(size) in \(cache)")
        }
    }
}
