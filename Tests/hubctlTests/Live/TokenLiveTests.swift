// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Testing

@Suite(.serialized) struct TokenLiveTests {
    @Test func `tokens are made, listed and revoked by name or id`() async throws {
        try await withLiveHub { hub in
            let made = try await hub.hubctl("token", "create", "ci", "--expires-in", "2h")
            #expect(made.status == 0, "\(made.stderr)")
            let secret = made.stdout.filter { !$0.isWhitespace }
            #expect(secret.hasPrefix("hf_"))
            #expect(!made.stderr.contains(secret))
            #expect(try await hub.hubctl(as: secret, "whoami").stdout.contains("token: read"))
            // A token that only reads looks after no tokens.
            #expect(try await hub.hubctl(as: secret, "token", "create", "more").status == 1)
            let listed = try await hub.hubctl("token", "list")
            #expect(listed.stdout.contains("default (this one)"))
            #expect(!listed.stdout.contains(secret))

            _ = try await hub.hubctl("repo", "create", "alice/m")
            let narrow = try await hub.json(
                "token",
                "create",
                "narrow",
                "--scope",
                "model:alice/m:write",
                "--read-gated"
            )
            #expect(narrow["role"] == "fineGrained")
            #expect(narrow["fineGrained"]?["canReadGatedRepos"] == true)
            let token = try #require(narrow["token"]?.stringValue)
            #expect(try await hub.hubctl(as: token, "repo", "create", "alice/other").status == 1)
            #expect(try await hub.hubctl(as: token, "branch", "create", "alice/m", "dev").status == 0)
            #expect(try await hub.hubctl("token", "create", "x", "--scope", "model:alice/none:read").status == 1)
            #expect(try await hub.hubctl("token", "create", "x", "--scope", "nonsense").status == 1)

            _ = try await hub.hubctl("token", "create", "ci")
            let ambiguous = try await hub.hubctl("token", "revoke", "ci")
            #expect(ambiguous.status == 1)
            #expect(ambiguous.stderr.contains("hint: name one by its id"))
            #expect(try await hub.hubctl("token", "revoke", try #require(narrow["id"]?.stringValue)).status == 0)
            #expect(try await hub.hubctl(as: token, "whoami").status == 1)
            #expect(try await hub.hubctl(as: secret, "token", "revoke", "current").status == 0)
            #expect(try await hub.hubctl("token", "revoke", "ci").status == 0)
            #expect(try await hub.hubctl("token", "revoke", "ci").status == 1)
        }
    }
}
