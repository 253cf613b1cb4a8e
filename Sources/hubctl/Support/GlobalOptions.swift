// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import ArgumentParser
import HubCore

/// What every verb understands.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Address of the hub (or HF_ENDPOINT; http://127.0.0.1:8080 if neither).", valueName: "url")
    )
    var endpoint: String?

    @Option(help: ArgumentHelp("Access token (or HF_TOKEN, or the one 'hubctl login' has stored).", valueName: "token"))
    var token: String?

    @Flag(help: "Print JSON on stdout.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print no progress and no remarks.")
    var quiet = false
}

/// What a verb runs with: the environment, the terminal, and the hub.
struct CommandContext: Sendable {
    let environment: HubEnvironment
    let terminal: Terminal
    let client: HubClient
    let isJSON: Bool
}

extension GlobalOptions {
    /// Runs `body` with a client for the hub that was named, and closes it afterwards.
    func run<Result>(
        remarks: (@Sendable (String) -> Void)? = nil,
        _ body: (CommandContext) async throws -> Result
    ) async throws -> Result {
        let environment = HubEnvironment.current
        let terminal = Terminal(environment: environment, quiet: quiet)
        let stored = try await Disk.run { try Files.text(environment.tokenPath) }
        var policy = RetryPolicy()
        policy.firstPause = environment.retryPause
        let client = try HubClient(
            endpoint: endpoint ?? environment.endpoint,
            token: token.flatMap(HubEnvironment.clean) ?? environment.token ?? stored.flatMap(HubEnvironment.clean),
            policy: policy,
            say: remarks ?? { terminal.say($0) }
        )
        let context = CommandContext(environment: environment, terminal: terminal, client: client, isJSON: json)
        do {
            let result = try await body(context)
            try await client.shutdown()
            return result
        } catch {
            // The first error is the one to report; the process ends right after.
            try? await client.shutdown()
            throw error
        }
    }
}

/// `--type` of the verbs that are about one repo.
struct RepoOptions: ParsableArguments {
    @Option(help: "Kind of repo: model, dataset or space.")
    var type: RepoKind = .model
}
