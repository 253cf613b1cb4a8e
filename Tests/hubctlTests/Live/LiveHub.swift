// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import NIOHTTP1
import Testing

@testable import hubctl

/// A hubd of a test's own, with the user `alice`, and hubctl told where it is.
struct LiveHub: Sendable {
    let scratch: Scratch
    let endpoint: String
    let token: String

    var dataFolder: String { scratch.path + "/data" }
    var cache: String { scratch.path + "/cache" }

    func environment(_ token: String?) -> [String: String] {
        var environment = [
            "HF_ENDPOINT": endpoint, "HF_HOME": scratch.path + "/hf", "HF_HUB_CACHE": cache, "HOME": scratch.path,
            "HUBCTL_RETRY_PAUSE": "0.05",
        ]
        if let token { environment["HF_TOKEN"] = token }
        return environment
    }

    func hubctl(_ arguments: String...) async throws -> CommandResult {
        try await Binary.hubctl.run(arguments, environment: environment(token))
    }

    /// Runs with another token, or without one.
    func hubctl(as token: String?, _ arguments: String...) async throws -> CommandResult {
        try await Binary.hubctl.run(arguments, environment: environment(token))
    }

    /// Makes a user, and gives its token.
    func user(_ name: String) async throws -> String {
        let made = try await Binary.hubctl.run(["admin", "user", "create", name, "--data-dir", dataFolder])
        try #require(made.status == 0, "\(made.stderr)")
        return made.stdout.filter { !$0.isWhitespace }
    }

    /// Calls the API as alice; for what has no verb.
    func call(_ method: HTTPMethod, _ path: String, _ body: JSONValue) async throws -> JSONValue {
        let client = try HubClient(endpoint: endpoint, token: token, policy: RetryPolicy(), say: { _ in })
        do {
            let answer = try await client.json(HubRequest(method, client.url(path)).json(body))
            try await client.shutdown()
            return answer
        } catch {
            // The first error is the one to report.
            try? await client.shutdown()
            throw error
        }
    }

    /// Runs, expects success, and reads stdout as JSON.
    func json(_ arguments: String...) async throws -> JSONValue {
        let result = try await Binary.hubctl.run(arguments + ["--json"], environment: environment(token))
        try #require(result.status == 0, "\(result.stderr)")
        return try JSONValue(parsing: Array(result.stdout.utf8))
    }
}

/// Runs `body` beside a hubd on a free port, which is ended with it.
func withLiveHub(_ body: (LiveHub) async throws -> Void) async throws {
    try await withScratch { scratch in
        let data = scratch.path + "/data"
        let made = try await Binary.hubctl.run(["admin", "user", "create", "alice", "--data-dir", data])
        try #require(made.status == 0, "\(made.stderr)")
        let portFile = scratch.path + "/port"
        let server = try Binary.hubd.start(["serve", "--data-dir", data, "--port", "0", "--port-file", portFile])
        defer { server.signal(SIGKILL) }
        var port: Int?
        let end = ContinuousClock.now + .seconds(30)
        while port == nil, server.isRunning, ContinuousClock.now < end {
            // Until hubd has written it there is no such file.
            port = (try? String(contentsOfFile: portFile, encoding: .utf8)).flatMap {
                Int($0.filter(\.isNumber))
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        let found = try #require(port, "hubd did not come up")
        let token = made.stdout.filter { !$0.isWhitespace }
        try await body(LiveHub(scratch: scratch, endpoint: "http://127.0.0.1:\(found)", token: token))
    }
}
