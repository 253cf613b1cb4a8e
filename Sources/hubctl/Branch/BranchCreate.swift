// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore
import NIOHTTP1

struct BranchCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a branch.",
        discussion: """
            EXAMPLES:
              hubctl branch create alice/vit-tiny experiment
              hubctl branch create alice/vit-tiny hotfix --from v1.0
            """
    )

    @Argument(help: "namespace/name.")
    var repo: String

    @Argument(help: "Name of the branch.")
    var branch: String

    @Option(help: "Branch, tag or commit to start from (main if none).")
    var from: String?

    @Flag(help: "It is no error if the branch exists.")
    var existOk = false

    @OptionGroup var options: RepoOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.run { context in
            let target = try await RepoTarget(repo, kind: options.type).owned(by: context.client)
            try await context.client.createBranch(target, branch, from: from, existOK: existOk)
            context.done("created branch \(branch)", ["repo": .string(target.id), "branch": .string(branch)])
        }
    }
}

extension HubClient {
    func createBranch(_ target: RepoTarget, _ branch: String, from start: String?, existOK: Bool) async throws {
        try RefName.check(branch, what: "branch")
        let body: JSONValue = start.map { ["startingPoint": .string($0)] } ?? [:]
        var request = HubRequest(.POST, url("\(target.apiPath)/branch/\(URLText.segment(branch))")).json(body)
        request.retry = .untouched
        do {
            try await perform(request)
        } catch let error as HTTPFailure where error.status == 409 && existOK {
            return
        }
    }
}

extension CommandContext {
    /// Says that something is done, or what it was as JSON.
    func done(_ words: String, _ json: JSONValue) {
        if isJSON { terminal.data(json.serialized) } else { terminal.say(words) }
    }
}
