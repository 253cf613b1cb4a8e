// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Testing

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
