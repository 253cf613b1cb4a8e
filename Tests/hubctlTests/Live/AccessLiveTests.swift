// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import NIOHTTP1
import Testing

@Suite(.serialized) struct AccessLiveTests {
    @Test func `a gated repo is asked for, granted, pulled and closed again`() async throws {
        try await withLiveHub { hub in
            let card = "---\nextra_gated_fields:\n  Company: text\n---\n"
            _ = try hub.scratch.write(Array(card.utf8), to: "m/README.md")
            #expect(try await hub.hubctl("push", hub.scratch.path + "/m", "alice/m").status == 0)
            _ = try await hub.call(.PUT, "/api/models/alice/m/settings", ["gated": "manual"])
            let bob = try await hub.user("bob")

            let refused = try await hub.hubctl(as: bob, "pull", "alice/m")
            #expect(refused.status == 1)
            #expect(refused.stderr.contains("hubctl access ask"))
            let nobody = try await hub.hubctl(as: nil, "pull", "alice/m")
            #expect(nobody.stderr.contains("hint: no token was sent: run 'hubctl login'"))

            let empty = try await hub.hubctl(as: bob, "access", "ask", "alice/m")
            #expect(empty.status == 1)
            #expect(empty.stderr.contains("The field \"Company\" must be filled in"))
            let asked = try await hub.hubctl(as: bob, "access", "ask", "alice/m", "--field", "Company=Acme & Co")
            #expect(asked.stdout == "pending\n", "\(asked.stderr)")
            let listed = try await hub.hubctl("access", "list", "alice/m")
            #expect(listed.stdout.contains("Company=Acme & Co"))
            #expect(try await hub.json("access", "list", "alice/m").arrayValue?.first?["user"]?["user"] == "bob")
            #expect(try await hub.hubctl(as: bob, "access", "list", "alice/m").status == 1)

            let granted = try await hub.json("access", "grant", "alice/m", "bob")
            #expect(granted["status"] == "accepted")
            #expect(try await hub.hubctl("access", "list", "alice/m").stdout.isEmpty)
            #expect(try await hub.hubctl("access", "list", "m", "--status", "accepted").stdout.contains("bob"))
            let pulled = try await hub.hubctl(as: bob, "pull", "alice/m", "--local-dir", hub.scratch.path + "/p")
            #expect(pulled.status == 0, "\(pulled.stderr)")
            #expect(hub.scratch.exists("p/README.md"))
            let again = try await hub.hubctl("access", "grant", "alice/m", "bob")
            #expect(again.status == 1)
            #expect(again.stderr.contains("already has access"))

            #expect(try await hub.hubctl("access", "cancel", "alice/m", "bob").status == 0)
            #expect(try await hub.hubctl("access", "reject", "alice/m", "bob", "--reason", "no").status == 0)
            let rejected = try await hub.hubctl(as: bob, "access", "ask", "alice/m", "--field", "Company=Acme")
            #expect(rejected.status == 1)
            #expect(rejected.stderr.contains("has been rejected"))
            #expect(try await hub.hubctl("access", "grant", "alice/m", "nobody").status == 1)
            #expect(try await hub.hubctl("access", "list", "alice/m", "--status", "maybe").status == 1)
        }
    }
}
