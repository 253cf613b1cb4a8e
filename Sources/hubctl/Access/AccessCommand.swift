// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct AccessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access",
        abstract: "Ask to read gated repos, and decide who may.",
        subcommands: [
            AccessAsk.self, AccessList.self, AccessGrant.self, AccessReject.self, AccessCancel.self,
        ]
    )
}

/// The user whose access is decided on, of which repo.
struct AccessSubject: ParsableArguments {
    @Argument(help: "namespace/name of the gated repo.")
    var repo: String

    @Argument(help: "Name of the user.")
    var user: String

    @OptionGroup var options: RepoOptions
}

extension CommandContext {
    /// Puts the user's request in another status. Repeating it is refused, so it is not retried once it was heard.
    func decide(_ subject: AccessSubject, _ status: String, reason: String? = nil, done words: String) async throws {
        let target = try await RepoTarget(subject.repo, kind: subject.options.type).owned(by: client)
        var body: JSONObject = ["user": .string(subject.user), "status": .string(status)]
        body["rejectionReason"] = reason.map(JSONValue.string)
        var request = HubRequest(.POST, client.url(target.apiPath + "/user-access-request/handle")).json(.object(body))
        request.retry = .untouched
        try await client.perform(request)
        done(
            "\(words) of \(subject.user) to \(target.id)",
            ["repo": .string(target.id), "user": .string(subject.user), "status": .string(status)]
        )
    }
}
