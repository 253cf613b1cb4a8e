// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Testing

@Suite(.serialized) struct AccountLiveTests {
    @Test func `login checks the token and keeps it for its owner alone`() async throws {
        try await withLiveHub { hub in
            let environment = hub.environment(nil)
            let bad = try await Binary.hubctl.run(["login", "--token", "hf_wrong_wrong"], environment: environment)
            #expect(bad.status == 1)
            #expect(bad.stderr.contains("hint: the token is unknown"))
            #expect(!hub.scratch.exists("hf/token"))

            let good = try await Binary.hubctl.run(["login"], environment: environment, stdin: hub.token + "\n")
            #expect(good.status == 0, "\(good.stderr)")
            let attributes = try FileManager.default.attributesOfItem(atPath: hub.scratch.path + "/hf/token")
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            let who = try await Binary.hubctl.run(["whoami"], environment: environment)
            #expect(who.stdout.hasPrefix("alice\n"))

            #expect(try await Binary.hubctl.run(["logout"], environment: environment).status == 0)
            #expect(try await Binary.hubctl.run(["whoami"], environment: environment).status == 1)
        }
    }

    @Test func `admin makes users and organisations while hubd runs`() async throws {
        try await withLiveHub { hub in
            let data = hub.dataFolder
            let bob = try await hub.json(
                "admin",
                "user",
                "create",
                "bob",
                "--data-dir",
                data,
                "--token",
                "hf_bobs_own_token"
            )
            #expect(bob["token"] == "hf_bobs_own_token")
            let org = try await hub.hubctl(
                "admin",
                "org",
                "create",
                "vision",
                "--data-dir",
                data,
                "--member",
                "bob:admin"
            )
            #expect(org.status == 0, "\(org.stderr)")
            let who = try await Binary.hubctl.run(["whoami"], environment: hub.environment("hf_bobs_own_token"))
            #expect(who.stdout.contains("bob") && who.stdout.contains("vision"))
            let twice = try await hub.hubctl("admin", "user", "create", "bob", "--data-dir", data)
            #expect(twice.status == 1)
            let nobody = try await hub.hubctl("admin", "org", "create", "o2", "--data-dir", data, "--member", "nobody")
            #expect(nobody.status == 1)
        }
    }

    @Test func `a stranger's repo looks absent and the hint says what to check`() async throws {
        try await withLiveHub { hub in
            #expect(try await hub.hubctl("repo", "create", "alice/secret", "--private").status == 0)
            let seen = try await Binary.hubctl.run(["repo", "info", "alice/secret"], environment: hub.environment(nil))
            #expect(seen.status == 1)
            #expect(seen.stderr.contains("hubctl login"))
        }
    }
}
