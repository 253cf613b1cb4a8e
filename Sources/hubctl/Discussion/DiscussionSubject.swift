// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

/// The discussion or pull request that a verb is about.
struct DiscussionSubject: ParsableArguments {
    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Number, as 7 or #7.")
    var number: DiscussionNumber

    /// Changes it, in a repo whose owner may have been left out.
    /// - Parameters:
    ///   - what: the last segment of the call.
    ///   - done: what is true then, after the number.
    func change(
        _ what: String,
        _ body: JSONObject,
        done: String,
        _ facts: JSONObject,
        _ options: RepoOptions,
        _ global: GlobalOptions
    ) async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            _ = try await context.client.change(target, number, what, body)
            var answer: JSONObject = ["repo": .string(target.id)]
            for (name, value) in facts { answer[name] = value }
            context.done("#\(number.value) is \(done)", .object(answer))
        }
    }
}
