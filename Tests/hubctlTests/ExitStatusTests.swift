// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import hubctl

@Suite struct ExitStatusTests {
    // Nothing listens on port 1.
    private let environment = ["HF_ENDPOINT": "http://127.0.0.1:1", "HOME": "/nonexistent", "HUBCTL_RETRY_PAUSE": "0"]

    @Test(arguments: [
        ["frobnicate"], ["push"], ["pull", "a/b", "--workers", "0"], ["models", "list", "--limit", "0"],
        ["repo", "create", "a/b", "--type", "table"], ["push", ".", "a/b", "--parent", "abc"],
        ["admin", "org", "create", "o", "--data-dir", "/d", "--member", "a:boss"], ["completions", "csh"],
    ])
    func `what cannot be understood is the user's: 1`(arguments: [String]) async throws {
        let result = try await Binary.hubctl.run(arguments, environment: environment)
        #expect(result.status == 1)
        #expect(result.stdout.isEmpty)
        #expect(!result.stderr.isEmpty)
    }

    @Test(arguments: [["repo", "info", "a b"], ["pull", "../x"], ["files", "a/b/c"], ["branch", "list", "a--b/c"]])
    func `a bad repo id is the user's and goes nowhere`(arguments: [String]) async throws {
        let result = try await Binary.hubctl.run(arguments, environment: environment)
        #expect(result.status == 1)
        #expect(result.stderr.contains("is not a repo id"))
        #expect(result.stderr.contains("hint: "))
    }

    @Test func `nobody there is a fault: 2, with a hint`() async throws {
        let result = try await Binary.hubctl.run(["repo", "info", "a/b"], environment: environment)
        #expect(result.status == 2)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains("error: cannot connect to http://127.0.0.1:1: connection refused\n"))
        #expect(result.stderr.contains("hint: is hubd running there?"))
    }

    @Test func `no token is said before anything is asked`() async throws {
        let result = try await Binary.hubctl.run(["whoami"], environment: environment)
        #expect(result.status == 1)
        #expect(result.stderr == "error: no token\nhint: run 'hubctl login', or set HF_TOKEN\n")
    }

    @Test func `an address that is none is said`() async throws {
        let result = try await Binary.hubctl.run(["tasks", "--endpoint", "hub:80"], environment: environment)
        #expect(result.status == 1)
        #expect(result.stderr.contains("'hub:80' is not the address of a hub"))
    }

    @Test func `a folder that is not there is the user's`() async throws {
        let result = try await Binary.hubctl.run(["push", "/nonexistent/x", "a/b"], environment: environment)
        #expect(result.status == 1)
        #expect(result.stderr.contains("/nonexistent/x: no such file or folder"))
    }

    @Test func `the version is printed`() async throws {
        let result = try await Binary.hubctl.run(["--version"])
        #expect(result.status == 0)
        #expect(result.stdout == HubVersion.text + "\n")
    }
}
