// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import Testing

@testable import HubApp

@Suite struct MergeTests {
    /// A repo with one file, and a pull request that changes it.
    private struct Stage {
        let test: TestHub
        let alice: Viewer
        let bob: Viewer
        let repo: RepoID
        let number: Int64

        func merge(_ method: MergeMethod? = nil, as viewer: Viewer? = nil) async throws -> GitOID {
            try await test.hub.discussions.merge(
                .model,
                repo,
                number,
                method: method,
                comment: nil,
                viewer: viewer ?? alice
            )
        }

        func details() async throws -> JSONValue {
            try await test.hub.discussions.details(.model, repo, number, diff: true, viewer: alice)
        }

        func commit(_ operations: [CommitOperation], to revision: String, as viewer: Viewer) async throws -> GitOID {
            try await test.hub.commits.commit(
                .model,
                repo,
                Revision(revision),
                header: CommitHeader(summary: "more"),
                operations: operations,
                viewer: viewer
            ).oid
        }

        /// The commits of main along first parents: what `key` says of each.
        func history(_ key: String = "title") async throws -> [String] {
            let page = try await test.hub.commits.history(
                .model,
                repo,
                .main,
                from: nil,
                limit: 50,
                formatted: false,
                viewer: alice
            )
            return page.commits.arrayValue?.compactMap { $0[key]?.stringValue } ?? []
        }
    }

    private func withStage(_ body: (Stage) async throws -> Void) async throws {
        try await withTestHub { test in
            let (alice, bob) = (try await test.user("alice"), try await test.user("bob"))
            let repo = try await test.repo("alice/m", as: alice)
            let lines = (0..<20).map { "line \($0)\n" }.joined()
            try await test.commit(
                [try await test.add("a.txt", lines), try await test.add("dir/b.txt", "b")],
                to: repo,
                as: alice
            )
            let result = try await test.hub.commits.commit(
                .model,
                repo,
                .main,
                header: CommitHeader(summary: "proposal"),
                operations: [try await test.add("a.txt", "first\n" + lines)],
                createsPullRequest: true,
                viewer: bob
            )
            let number = try #require(result.pullRequest)
            try await body(Stage(test: test, alice: alice, bob: bob, repo: repo, number: number))
        }
    }

    @Test func `what is on record of a pull request are its commits, no tag and no branch`() async throws {
        try await withStage { stage in
            _ = try await stage.commit([try await stage.test.add("c.txt", "c")], to: "refs/pr/1", as: stage.bob)
            let bob = try #require(stage.bob.accountID)
            let events = try await stage.test.hub.store.read { tx in
                try tx.events(
                    ofAccounts: [bob],
                    kinds: ["commit", "tag.create", "branch.create"],
                    scope: .anonymous,
                    before: nil,
                    limit: 10
                )
            }
            #expect(events.map(\.kind) == ["commit", "commit"])
        }
    }

    @Test func `a file takes the place of a folder`() async throws {
        try await withStage { stage in
            let dir = try RepoPath("dir")
            let replacing: [CommitOperation] = [
                .deleteFile(path: try RepoPath("dir/b.txt")), try await stage.test.add(dir.text, "a file"),
            ]
            _ = try await stage.commit(replacing, to: "refs/pr/1", as: stage.bob)
            _ = try await stage.commit([try await stage.test.add("c.txt", "c")], to: "main", as: stage.alice)
            _ = try await stage.merge()
            let files = try await stage.test.files(stage.repo, as: stage.alice)
            #expect(files.contains("dir") && files.contains("c.txt") && !files.contains("dir/b.txt"))
        }
    }

    @Test func `a branch that has not moved is moved on`() async throws {
        try await withStage { stage in
            let head = try await stage.commit([try await stage.test.add("c.txt", "c")], to: "refs/pr/1", as: stage.bob)
            #expect(try await stage.merge() == head)
            #expect(try await stage.test.files(stage.repo, as: stage.alice).contains("c.txt"))
            let details = try await stage.details()
            #expect(details["status"] == "merged")
            #expect(details["diff"]?.stringValue?.contains("+first") == true)
        }
    }

    @Test func `lines changed apart are merged, and the commit has both parents`() async throws {
        try await withStage { stage in
            let lines = (0..<20).map { "line \($0)\n" }.joined()
            try await stage.test.commit(
                [try await stage.test.add("a.txt", lines + "last\n")],
                to: stage.repo,
                as: stage.alice
            )
            #expect(try await stage.details()["filesWithConflicts"] == [])
            await #expect(throws: HubError.self) { _ = try await stage.merge(.fastForward) }
            _ = try await stage.merge()
            let text = try await stage.test.text("a.txt", in: stage.repo, as: stage.alice)
            #expect(text == "first\n" + lines + "last\n")
            #expect(try await stage.history().first == "proposal (#1)")
        }
    }

    @Test func `files changed in one place are named, and nothing happens`() async throws {
        try await withStage { stage in
            let lines = (0..<20).map { "line \($0)\n" }.joined()
            let head = try await stage.test.commit(
                [try await stage.test.add("a.txt", "other\n" + lines)],
                to: stage.repo,
                as: stage.alice
            )
            #expect(try await stage.details()["filesWithConflicts"] == ["a.txt"])
            await #expect(throws: HubError.self) { _ = try await stage.merge() }
            #expect(try await stage.details()["status"] == "open")
            #expect(try await stage.history("id").first == head.hex)
        }
    }

    @Test func `a file where the other side has a folder is a conflict`() async throws {
        try await withStage { stage in
            _ = try await stage.commit(
                [.deleteFolder(path: try RepoPath("dir")), try await stage.test.add("dir", "a file")],
                to: "refs/pr/1",
                as: stage.bob
            )
            try await stage.test.commit([try await stage.test.add("dir/c.txt", "c")], to: stage.repo, as: stage.alice)
            #expect(try await stage.details()["filesWithConflicts"] == ["dir"])
        }
    }

    @Test func `a squash is one commit of the branch`() async throws {
        try await withStage { stage in
            _ = try await stage.commit([try await stage.test.add("c.txt", "c")], to: "refs/pr/1", as: stage.bob)
            let before = try await stage.history()
            _ = try await stage.merge(.squash)
            #expect(try await stage.history() == ["proposal (#1)"] + before)
            #expect(try await stage.test.files(stage.repo, as: stage.alice).contains("c.txt"))
        }
    }

    @Test func `what was merged elsewhere is merged without another commit`() async throws {
        try await withStage { stage in
            let head = try await stage.merge()
            let again = try await stage.test.hub.discussions.open(
                .model,
                stage.repo,
                {
                    var new = DiscussionService.New(title: "nothing")
                    new.isPullRequest = true
                    return new
                }(),
                viewer: stage.bob
            )
            _ = try await stage.test.hub.discussions.setStatus(
                .model,
                stage.repo,
                again,
                .open,
                comment: nil,
                viewer: stage.bob
            )
            let oid = try await stage.test.hub.discussions.merge(
                .model,
                stage.repo,
                again,
                method: nil,
                comment: nil,
                viewer: stage.alice
            )
            #expect(oid == head)
        }
    }

    @Test func `its author and writers add to it, others do not, and only writers merge`() async throws {
        try await withStage { stage in
            let carol = try await stage.test.user("carol")
            let file = try await stage.test.add("c.txt", "c")
            await #expect(throws: HubError.self) { _ = try await stage.commit([file], to: "refs/pr/1", as: carol) }
            await #expect(throws: HubError.self) { _ = try await stage.merge(as: stage.bob) }
            _ = try await stage.commit([file], to: "refs/pr/1", as: stage.alice)
            _ = try await stage.merge()
            await #expect(throws: HubError.self) { _ = try await stage.commit([file], to: "refs/pr/1", as: stage.bob) }
        }
    }

    @Test func `merges at once all get in`() async throws {
        try await withStage { stage in
            let hub = stage.test.hub
            var numbers: [Int64] = [stage.number]
            for number in 1...7 {
                let result = try await hub.commits.commit(
                    .model,
                    stage.repo,
                    .main,
                    header: CommitHeader(summary: "file \(number)"),
                    operations: [try await stage.test.add("new/\(number).txt", "\(number)")],
                    createsPullRequest: true,
                    viewer: stage.bob
                )
                numbers.append(try #require(result.pullRequest))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in numbers {
                    group.addTask {
                        _ = try await hub.discussions.merge(
                            .model,
                            stage.repo,
                            number,
                            method: nil,
                            comment: nil,
                            viewer: stage.alice
                        )
                    }
                }
                try await group.waitForAll()
            }
            let files = try await stage.test.files(stage.repo, as: stage.alice)
            #expect(Set(files).isSuperset(of: (1...7).map { "new/\($0).txt" }))
            #expect(try await stage.test.text("a.txt", in: stage.repo, as: stage.alice).hasPrefix("first\n"))
        }
    }

    @Test func `garbage collection keeps what an open pull request has`() async throws {
        try await withStage { stage in
            stage.test.clock.advance(seconds: 90 * 86_400)
            _ = try await stage.test.hub.collector.collect(graceSeconds: 60, dryRun: false)
            let text = try await stage.test.text("a.txt", in: stage.repo, "refs/pr/1", as: stage.alice)
            #expect(text.hasPrefix("first\n"))
        }
    }
}
