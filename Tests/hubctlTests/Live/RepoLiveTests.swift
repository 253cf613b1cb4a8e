// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubCore
import Testing

@Suite(.serialized) struct RepoLiveTests {
    @Test func `a repo is created, shown, listed and deleted`() async throws {
        try await withLiveHub { hub in
            let made = try await hub.hubctl("repo", "create", "shapes", "--type", "dataset")
            #expect(made.stdout == "\(hub.endpoint)/datasets/alice/shapes\n")
            let twice = try await hub.hubctl("repo", "create", "alice/shapes", "--type", "dataset")
            #expect(twice.status == 1)
            #expect(twice.stderr.contains("--exist-ok"))
            #expect(
                try await hub.hubctl("repo", "create", "alice/shapes", "--type", "dataset", "--exist-ok").status == 0
            )
            #expect(try await hub.json("repo", "info", "alice/shapes", "--type", "dataset")["id"] == "alice/shapes")
            #expect(try await hub.hubctl("repo", "list", "--type", "dataset").stdout.contains("alice/shapes"))
            #expect(try await hub.hubctl("repo", "delete", "alice/shapes", "--type", "dataset").status == 1)
            #expect(try await hub.hubctl("repo", "delete", "alice/shapes", "--type", "dataset", "--yes").status == 0)
            #expect(try await hub.hubctl("repo", "info", "alice/shapes", "--type", "dataset").status == 1)
        }
    }

    @Test func `a repo is moved, closed and duplicated, and pulled by its old name`() async throws {
        try await withLiveHub { hub in
            _ = try hub.scratch.write(Array("hello".utf8), to: "m/a.txt")
            #expect(try await hub.hubctl("push", hub.scratch.path + "/m", "alice/old").status == 0)
            #expect(try await hub.json("repo", "move", "alice/old", "new")["id"] == "alice/new")
            let pulled = hub.scratch.path + "/pulled"
            #expect(try await hub.hubctl("pull", "alice/old", "--local-dir", pulled).status == 0)
            #expect(try String(contentsOfFile: pulled + "/a.txt", encoding: .utf8) == "hello")
            #expect(
                try await hub.hubctl("push", hub.scratch.path + "/m", "alice/old", "--message", "again").status == 0
            )
            #expect(try await hub.hubctl("repo", "settings", "alice/new").status == 1)
            #expect(try await hub.hubctl("repo", "settings", "alice/new", "--visibility", "private").status == 0)
            #expect(try await hub.json("repo", "info", "alice/new")["private"] == true)
            let copy = try await hub.hubctl("repo", "duplicate", "alice/new", "copy", "--visibility", "public")
            #expect(copy.stdout == "\(hub.endpoint)/alice/copy\n")
            #expect(try await hub.json("repo", "info", "alice/copy")["private"] == false)
            let taken = try await hub.hubctl("repo", "move", "alice/new", "alice/copy")
            #expect(taken.status == 1)
            #expect(taken.stderr.contains("already exists"))
        }
    }

    @Test func `branches and tags come and go`() async throws {
        try await withLiveHub { hub in
            _ = try await hub.hubctl("repo", "create", "alice/vit")
            #expect(try await hub.hubctl("branch", "create", "alice/vit", "dev").status == 0)
            #expect(try await hub.hubctl("branch", "create", "alice/vit", "dev").status == 1)
            #expect(try await hub.hubctl("branch", "create", "alice/vit", "dev", "--exist-ok").status == 0)
            #expect(try await hub.hubctl("tag", "create", "alice/vit", "v1", "--revision", "dev").status == 0)
            #expect(try await hub.hubctl("branch", "list", "alice/vit").stdout.contains("dev"))
            #expect(try await hub.json("tag", "list", "alice/vit").arrayValue?.first?["name"] == "v1")
            #expect(try await hub.hubctl("tag", "delete", "alice/vit", "v1").status == 0)
            #expect(try await hub.hubctl("branch", "delete", "alice/vit", "dev").status == 0)
            #expect(try await hub.json("branch", "list", "alice/vit").arrayValue?.count == 1)
            let gone = try await hub.hubctl("files", "alice/vit", "--revision", "dev")
            #expect(gone.status == 1)
            #expect(gone.stderr.contains("hubctl branch list"))
        }
    }

    @Test func `models are found by task and by word`() async throws {
        try await withLiveHub { hub in
            _ = try hub.scratch.write(Array("---\npipeline_tag: depth-estimation\n---\n".utf8), to: "m/README.md")
            #expect(try await hub.hubctl("push", hub.scratch.path + "/m", "alice/deep").status == 0)
            _ = try await hub.hubctl("repo", "create", "alice/other")
            let byTask = try await hub.json("models", "list", "--task", "depth-estimation").arrayValue
            #expect(byTask?.map { $0["id"] } == ["alice/deep"])
            let byWord = try await hub.json("models", "search", "other").arrayValue
            #expect(byWord?.map { $0["id"] } == ["alice/other"])
        }
    }
}
