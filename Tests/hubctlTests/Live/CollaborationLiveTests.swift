// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import NIOHTTP1
import Testing

@Suite(.serialized) struct CollaborationLiveTests {
    @Test func `a stranger proposes, the owner reviews and merges`() async throws {
        try await withLiveHub { hub in
            let bob = try await hub.user("bob")
            _ = try hub.scratch.write(Array("one\n".utf8), to: "m/a.txt")
            #expect(try await hub.hubctl("push", hub.scratch.path + "/m", "alice/m").status == 0)
            _ = try hub.scratch.write(Array("two\n".utf8), to: "b/a.txt")
            _ = try hub.scratch.write((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }, to: "b/w.bin")
            let source = hub.scratch.path + "/b"
            let pushed = try await hub.hubctl(as: bob, "push", source, "alice/m", "--create-pr", "-m", "Say two")
            #expect(pushed.stdout.hasSuffix("/alice/m/discussions/1\n"), "\(pushed.stdout)\(pushed.stderr)")

            let listed = try await hub.hubctl("pr", "list", "alice/m")
            #expect(listed.stdout.contains("#1") && listed.stdout.contains("Say two"))
            #expect(try await hub.hubctl("discussion", "list", "alice/m").stdout.isEmpty)
            let diff = try await hub.hubctl("pr", "diff", "alice/m", "#1")
            #expect(diff.stdout.contains("-one\n+two\n"))
            #expect(try await hub.hubctl(as: bob, "pr", "comment", "alice/m", "1", "Please @alice").status == 0)
            #expect(try await hub.hubctl(as: bob, "pr", "merge", "alice/m", "1").status == 1)
            #expect(try await hub.hubctl("pr", "review", "alice/m", "1", "--approve").status == 0)
            let asked = try await hub.hubctl("pr", "comment", "alice/m", "1", "Why?", "--file", "a.txt", "--line", "1")
            #expect(asked.status == 0, "\(asked.stderr)")
            let view = try await hub.hubctl("pr", "view", "alice/m", "1")
            #expect(view.stdout.contains(" alice: approves\n") && view.stdout.contains("on a.txt, line 1:\n"))
            #expect(view.stdout.contains("  Please @alice\n") && view.stdout.contains("refs/pr/1 into refs/heads/main"))
            let merged = try await hub.json("pr", "merge", "alice/m", "1", "--method", "squash", "-c", "Thanks")
            #expect(merged["commit"]?.stringValue?.count == 40)
            #expect(try await hub.json("pr", "view", "alice/m", "1")["status"] == "merged")
            #expect(try await hub.hubctl("pr", "close", "alice/m", "1").status == 1)
            let files = try await hub.hubctl("files", "alice/m")
            #expect(files.stdout.contains("w.bin"))
        }
    }

    @Test func `a draft is made, renamed, put forward and closed; a discussion pinned and locked`() async throws {
        try await withLiveHub { hub in
            #expect(try await hub.hubctl("repo", "create", "alice/m").status == 0)
            let made = try await hub.json("pr", "create", "m", "Later", "--description", "Not yet")
            #expect(made["ref"] == "refs/pr/1")
            #expect(try await hub.hubctl("pr", "rename", "alice/m", "1", "Now").status == 0)
            #expect(try await hub.hubctl("pr", "open", "alice/m", "1").status == 0)
            #expect(try await hub.json("pr", "view", "alice/m", "1")["title"] == "Now")
            #expect(try await hub.hubctl("pr", "close", "alice/m", "1", "-c", "No").status == 0)
            #expect(try await hub.json("pr", "list", "alice/m").arrayValue == [])
            #expect(try await hub.json("pr", "list", "alice/m", "--status", "closed").arrayValue?.count == 1)
            let wrong = try await hub.hubctl("pr", "diff", "alice/m", "2")
            #expect(wrong.status == 1)

            let opened = try await hub.hubctl("discussion", "create", "alice/m", "How?")
            #expect(opened.stdout.hasSuffix("/alice/m/discussions/2\n"))
            #expect(try await hub.hubctl("discussion", "pin", "alice/m", "2").status == 0)
            #expect(try await hub.hubctl("discussion", "lock", "alice/m", "2").status == 0)
            let bob = try await hub.user("bob")
            let refused = try await hub.hubctl(as: bob, "discussion", "comment", "alice/m", "2", "So")
            #expect(refused.status == 1 && refused.stderr.contains("locked"))
            #expect(try await hub.hubctl("discussion", "lock", "alice/m", "2", "--off").status == 0)
            #expect(try await hub.hubctl(as: bob, "discussion", "comment", "alice/m", "2", "So").status == 0)
            #expect(try await hub.hubctl("discussion", "close", "alice/m", "2").status == 0)
        }
    }

    @Test func `a collection is kept`() async throws {
        try await withLiveHub { hub in
            #expect(try await hub.hubctl("repo", "create", "alice/m").status == 0)
            let made = try await hub.hubctl("collection", "create", "Small ones", "--description", "All of them")
            let slug = made.stdout.filter { !$0.isNewline }
            #expect(slug.hasPrefix("alice/small-ones-"), "\(made.stderr)")
            #expect(try await hub.hubctl("collection", "add", slug, "alice/m", "--note", "first").status == 0)
            let again = try await hub.hubctl("collection", "add", slug, "alice/m")
            #expect(again.status == 1 && again.stderr.contains("already"))
            #expect(try await hub.hubctl("collection", "view", slug).stdout.contains("alice/m"))
            #expect(try await hub.json("collection", "list", "--item", "models/alice/m").arrayValue?.count == 1)
            #expect(try await hub.hubctl("collection", "remove", slug, "alice/m").status == 0)
            #expect(try await hub.json("collection", "view", slug)["items"] == [])
            let changed = try await hub.json(
                "collection",
                "edit",
                slug,
                "--title",
                "Tiny ones",
                "--visibility",
                "private"
            )
            #expect(changed["private"] == true)
            #expect(try await hub.hubctl("collection", "edit", slug).status == 1)
            #expect(try await hub.hubctl(as: nil, "collection", "view", slug).status == 1)
            #expect(try await hub.hubctl("collection", "delete", slug).status == 0)
            #expect(try await hub.hubctl("collection", "view", "nonsense").status == 1)
        }
    }

    @Test func `a webhook is kept, and says what became of its messages`() async throws {
        try await withLiveHub { hub in
            #expect(
                try await hub.hubctl("webhook", "create", "http://127.0.0.1:1/", "--watch", "user:alice").status == 1
            )
            let made = try await hub.hubctl("webhook", "create", "http://hook.invalid/", "--watch", "user:alice")
            let id = made.stdout.filter { !$0.isNewline }
            #expect(id.count == 24, "\(made.stderr)")
            #expect(try await hub.hubctl("webhook", "list").stdout.contains("user:alice"))
            #expect(try await hub.hubctl("webhook", "edit", id, "--domain", "repo", "--secret", "s").status == 0)
            #expect(try await hub.hubctl("repo", "create", "alice/m").status == 0)
            let log = try await hub.json("webhook", "deliveries", id).arrayValue ?? []
            #expect(log.map { $0["event"] } == ["create repo"])
            let delivery = try #require(log.first?["id"]?.stringValue)
            let shown = try await hub.json("webhook", "deliveries", id, delivery)
            #expect(shown["payload"]?["repo"]?["name"] == "alice/m")
            #expect(try await hub.hubctl("webhook", "replay", id, delivery).status == 0)
            #expect(try await hub.json("webhook", "deliveries", id).arrayValue?.count == 2)
            #expect(try await hub.json("webhook", "disable", id)["disabled"] == true)
            #expect(try await hub.hubctl("webhook", "replay", id, delivery).status == 1)
            #expect(try await hub.json("webhook", "enable", id)["disabled"] == false)
            #expect(try await hub.hubctl("webhook", "delete", id).status == 0)
            #expect(try await hub.json("webhook", "list").arrayValue == [])
        }
    }

    @Test func `a branch is protected and set free`() async throws {
        try await withLiveHub { hub in
            _ = try hub.scratch.write(Array("one\n".utf8), to: "m/a.txt")
            let source = hub.scratch.path + "/m"
            #expect(try await hub.hubctl("repo", "create", "alice/m").status == 0)
            #expect(try await hub.hubctl("branch", "protect", "alice/m", "main", "--push", "nobody").status == 0)
            let refused = try await hub.hubctl("push", source, "alice/m")
            #expect(refused.status == 1 && refused.stderr.contains("protected"), "\(refused.stderr)")
            #expect(try await hub.hubctl("branch", "protections", "alice/m").stdout.contains("nobody"))
            #expect(try await hub.hubctl("branch", "protect", "alice/m", "main", "--push", "all").status == 1)
            #expect(try await hub.hubctl("branch", "unprotect", "alice/m", "main").status == 0)
            #expect(try await hub.hubctl("push", source, "alice/m").status == 0)
        }
    }
}
