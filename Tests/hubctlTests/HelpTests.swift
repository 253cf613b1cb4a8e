// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import Testing

@testable import hubctl

/// The help of every verb is a file in `Snapshots/`; `HUBCTL_RECORD_SNAPSHOTS=1` writes them anew.
@Suite struct HelpTests {
    static let verbs: [[String]] = [
        [], ["login"], ["logout"], ["whoami"], ["push"], ["pull"], ["diff"], ["files"], ["repo"], ["repo", "create"],
        ["repo", "list"],
        ["repo", "info"], ["repo", "delete"], ["repo", "move"], ["repo", "settings"], ["repo", "duplicate"], ["branch"],
        ["branch", "create"], ["branch", "delete"],
        ["branch", "list"], ["tag"],
        ["tag", "create"], ["tag", "delete"], ["tag", "list"], ["access"], ["access", "ask"], ["access", "list"],
        ["access", "grant"],
        ["access", "reject"], ["access", "cancel"], ["like"], ["unlike"], ["models"],
        ["models", "list"], ["models", "search"],
        ["datasets"],
        ["datasets", "list"], ["datasets", "search"], ["tasks"], ["cache"], ["cache", "list"], ["cache", "prune"],
        ["completions"], ["token"], ["token", "create"], ["token", "list"],
        ["token", "revoke"], ["org"], ["org", "create"],
        ["org", "list"], ["org", "members"], ["org", "add"], ["org", "role"], ["org", "remove"], ["admin"],
        ["admin", "user"], ["admin", "user", "create"], ["admin", "user", "password"], ["admin", "user", "edit"],
        ["admin", "invite"], ["admin", "org"],
        ["admin", "org", "create"], ["admin", "token"], ["admin", "token", "create"], ["admin", "token", "list"],
        ["admin", "token", "revoke"], ["admin", "app"], ["admin", "app", "create"], ["admin", "app", "list"],
        ["admin", "app", "delete"],
        ["admin", "gc"], ["admin", "verify"], ["admin", "reindex"], ["admin", "backup"], ["admin", "restore"],
        ["admin", "audit"], ["admin", "quota"], ["admin", "quota", "list"], ["admin", "quota", "get"],
        ["admin", "quota", "set"], ["doctor"], ["run"], ["branch", "protect"], ["branch", "unprotect"],
        ["branch", "protections"], ["pr"], ["pr", "create"], ["pr", "list"], ["pr", "diff"], ["pr", "merge"],
        ["discussion"], ["discussion", "create"], ["discussion", "list"], ["discussion", "view"],
        ["discussion", "comment"], ["discussion", "close"], ["discussion", "open"], ["discussion", "rename"],
        ["discussion", "pin"], ["discussion", "lock"], ["pr", "view"], ["pr", "comment"], ["pr", "review"],
        ["pr", "close"],
        ["pr", "open"], ["pr", "rename"], ["collection"], ["collection", "create"], ["collection", "list"],
        ["collection", "view"], ["collection", "edit"], ["collection", "add"], ["collection", "remove"],
        ["collection", "delete"], ["webhook"], ["webhook", "create"], ["webhook", "list"], ["webhook", "edit"],
        ["webhook", "enable"], ["webhook", "disable"], ["webhook", "delete"], ["webhook", "deliveries"],
        ["webhook", "replay"],
    ]

    private static var folder: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots")
    }

    @Test(arguments: verbs)
    func `the help of a verb is what it was`(verb: [String]) async throws {
        let result = try await Binary.hubctl.run(verb + ["--help"], environment: ["COLUMNS": "80"])
        #expect(result.status == 0)
        #expect(result.stderr.isEmpty)
        let file = Self.folder.appendingPathComponent((["hubctl"] + verb).joined(separator: "-") + ".txt")
        if ProcessInfo.processInfo.environment["HUBCTL_RECORD_SNAPSHOTS"] != nil {
            try Data(result.stdout.utf8).write(to: file)
        }
        #expect(result.stdout == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test func `every verb has a snapshot and every snapshot a verb`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
            $0.hasSuffix(".txt")
        }
        #expect(Set(names) == Set(Self.verbs.map { (["hubctl"] + $0).joined(separator: "-") + ".txt" }))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completions are for a shell`(shell: String) async throws {
        let result = try await Binary.hubctl.run(["completions", shell])
        #expect(result.status == 0)
        #expect(result.stdout.contains("prune"))
    }
}
