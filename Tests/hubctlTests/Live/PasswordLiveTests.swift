// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Testing

@testable import hubctl

/// Passwords and invitations by `hubctl admin`, on a folder.
@Suite(.timeLimit(.minutes(2))) struct PasswordLiveTests {
    private func admin(_ folder: String, _ arguments: String..., stdin: String = "") async throws -> CommandResult {
        try await Binary.hubctl.run(["admin"] + arguments + ["--data-dir", folder], stdin: stdin)
    }

    @Test func `a password is read from stdin, set, and refused`() async throws {
        try await withScratch { scratch in
            let data = scratch.path + "/data"
            let made = try await admin(
                data,
                "user",
                "create",
                "root",
                "--admin",
                "--password-stdin",
                stdin: "correct horse battery\n"
            )
            #expect(made.status == 0, "\(made.stderr)")
            #expect(made.stdout.hasPrefix("hf_"))
            let set = try await admin(data, "user", "password", "root", "--json", stdin: "another good one\n")
            #expect(set.status == 0, "\(set.stderr)")
            #expect(try JSONValue(parsing: Array(set.stdout.utf8)) == ["name": "root", "success": true])
            for (name, password, words) in [
                ("root", "short\n", "at least 10"), ("root", "", "no password"),
                ("nobody", "good enough one\n", "no user"),
            ] {
                let refused = try await admin(data, "user", "password", name, stdin: password)
                #expect(refused.status == 1)
                #expect(refused.stderr.contains(words), "\(refused.stderr)")
            }
            let log = try await admin(data, "audit", "--json")
            #expect(log.stdout.contains("password.set"))
            for secret in ["correct horse", "another good one", "argon2"] { #expect(!log.stdout.contains(secret)) }
            let file = try String(contentsOfFile: data + "/audit/audit.jsonl", encoding: .utf8)
            #expect(!file.contains("correct horse"))
        }
    }

    @Test func `the last administrator stays, others are disabled`() async throws {
        try await withScratch { scratch in
            let data = scratch.path + "/data"
            _ = try await admin(data, "user", "create", "root", "--admin")
            _ = try await admin(data, "user", "create", "bob")
            #expect(try await admin(data, "user", "edit", "root", "--no-admin").status == 1)
            #expect(try await admin(data, "user", "edit", "bob").status != 0)
            let disabled = try await admin(data, "user", "edit", "bob", "--disabled", "--json")
            #expect(try JSONValue(parsing: Array(disabled.stdout.utf8))["isDisabled"] == true)
            #expect(try await admin(data, "user", "edit", "bob", "--no-disabled", "--admin").status == 0)
            #expect(try await admin(data, "user", "edit", "root", "--no-admin").status == 0)
        }
    }

    @Test func `an invitation is an address on the hub`() async throws {
        try await withScratch { scratch in
            let data = scratch.path + "/data"
            let made = try await admin(data, "invite", "--uses", "3", "--lifetime", "2d", "--json")
            #expect(made.status == 0, "\(made.stderr)")
            let json = try JSONValue(parsing: Array(made.stdout.utf8))
            let code = try #require(json["code"]?.stringValue)
            #expect(json["path"]?.stringValue == "/join?invitation=" + code)
            #expect(json["uses"] == 3)
            #expect(try await admin(data, "invite").stdout.hasPrefix("/join?invitation=join_"))
            #expect(try await admin(data, "invite", "--uses", "0").status == 1)
            #expect(try await admin(data, "invite", "--lifetime", "1s").status == 1)
        }
    }
}
