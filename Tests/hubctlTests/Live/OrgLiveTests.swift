// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Testing

@Suite(.serialized) struct OrgLiveTests {
    @Test func `an organisation is made, filled, changed and left`() async throws {
        try await withLiveHub { hub in
            let bob = try await hub.user("bob")
            let made = try await hub.json("org", "create", "vision", "--full-name", "Vision group")
            #expect(made["name"] == "vision")
            let twice = try await hub.hubctl("org", "create", "Vision")
            #expect(twice.status == 1)
            #expect(twice.stderr.contains("already exists"))
            let listed = try await hub.hubctl("org", "list")
            #expect(listed.stdout.contains("vision  Vision group  admin"))
            #expect(try await hub.hubctl(as: bob, "org", "list").stderr.contains("you are in no organisation"))

            #expect(try await hub.hubctl(as: bob, "org", "add", "vision", "bob").status == 1)
            #expect(try await hub.hubctl("org", "add", "vision", "bob", "--role", "read").status == 0)
            #expect(try await hub.hubctl("org", "add", "vision", "bob").status == 1)
            #expect(try await hub.hubctl("org", "add", "vision", "nobody").stderr.contains("no user called 'nobody'"))
            #expect(try await hub.hubctl(as: bob, "repo", "create", "vision/m").status == 1)
            #expect(try await hub.hubctl("org", "role", "vision", "bob", "write").status == 0)
            #expect(try await hub.hubctl(as: bob, "repo", "create", "vision/m").status == 0)
            let members = try await hub.json("org", "members", "vision").arrayValue ?? []
            #expect(members.map { $0["user"] } == ["alice", "bob"])
            #expect(members.map { $0["role"] } == ["admin", "write"])

            let last = try await hub.hubctl("org", "remove", "vision", "alice")
            #expect(last.status == 1)
            #expect(last.stderr.contains("without an administrator"))
            #expect(try await hub.hubctl(as: bob, "org", "remove", "vision", "bob").status == 0)
            #expect(try await hub.hubctl("org", "members", "vision").stdout.split(separator: "\n").count == 2)
            #expect(try await hub.hubctl("org", "members", "nothing").status == 1)
        }
    }
}
