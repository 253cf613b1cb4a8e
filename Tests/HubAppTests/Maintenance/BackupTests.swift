// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HubBlobs
import HubCore
import HubStore
import HubTestSupport
import NIOCore
import Testing

@testable import HubApp

@Suite struct BackupTests {
    private func withHubInFolder(_ body: (TestHub, Viewer, String) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            let hub = try await Hub.open(dataFolder: folder + "/data")
            let made = try await hub.accounts.createUser(AccountName("ada"), fullName: nil, email: nil, isAdmin: false)
            let ada = try await hub.accounts.viewer(token: made.secret.text)
            try await body(TestHub(hub: hub, clock: TestClock()), ada, folder)
            try hub.store.close()
        }
    }

    @Test func `a backup in the middle of pushes is whole, and so is what is restored from it`() async throws {
        try await withHubInFolder { test, ada, folder in
            let id = try await test.repo("ada/m", as: ada)
            let pushing = Task {
                var round = 0
                while !Task.isCancelled {
                    round += 1
                    try await test.commit([test.add("f\(round % 20).txt", "content \(round)")], to: id, as: ada)
                }
            }
            for round in 1...3 {
                try await Task.sleep(for: .milliseconds(60))
                let report = try await test.hub.backup(to: folder + "/backup", links: round != 2, prunes: false)
                #expect(report.linked + report.copied > 0)
                let (restored, brought) = try await Hub.restore(
                    folder + "/backup",
                    to: "\(folder)/restored-\(round)",
                    links: false
                )
                #expect(brought.blobs == report.blobs && brought.copied == report.blobs)
                let check = try await restored.verify(looksOnly: true)
                #expect(check.isClean, "\(check.findings)")
                #expect(check.blobs == report.blobs && check.orphaned == 0)
                let copy = TestHub(hub: restored, clock: TestClock())
                for path in try await copy.files(id, as: ada) {
                    #expect(try await !copy.text(path, in: id, as: ada).isEmpty)
                }
                try restored.store.close()
            }
            pushing.cancel()
            _ = try? await pushing.value
        }
    }

    @Test func `a second backup brings what is new and prunes what is old`() async throws {
        try await withHubInFolder { test, ada, folder in
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit([test.add("a.txt", "first")], to: id, as: ada)
            let first = try await test.hub.backup(to: folder + "/backup", links: false, prunes: false)
            #expect(first.blobs == 2 && first.copied == 2)
            let gone = try await test.repo("ada/gone", as: ada)
            try await test.commit([test.add("b.txt", "second")], to: gone, as: ada)
            let second = try await test.hub.backup(to: folder + "/backup", links: false, prunes: false)
            #expect(second.blobs == 3 && second.copied == 1 && second.copiedBytes == 6)
            try await test.hub.repos.delete(.model, gone, viewer: ada)
            try await Task.sleep(for: .milliseconds(30))
            #expect(try await test.hub.collector.collect(graceSeconds: 0, dryRun: false).blobs == 1)
            let third = try await test.hub.backup(to: folder + "/backup", links: false, prunes: true)
            #expect(third.blobs == 2 && third.copied == 0 && third.pruned == 1)
        }
    }

    @Test func `damaged bytes do not get into a copy`() async throws {
        try await withHubInFolder { test, ada, folder in
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit([test.add("a.txt", "sound bytes")], to: id, as: ada)
            let file = try await test.hub.downloads.resolve(.model, id, .main, RepoPath("a.txt"), viewer: ada)
            let hex = file.blob.hex
            let path = "\(folder)/data/blobs/sha256/\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)"
            try FileManager.default.removeItem(atPath: path)
            try Data("sound bites".utf8).write(to: URL(fileURLWithPath: path))
            #expect(
                await asyncCodeThrown {
                    try await test.hub.backup(to: folder + "/backup", links: false, prunes: false)
                } == .corrupt
            )
            #expect(!FileManager.default.fileExists(atPath: folder + "/backup/hub.sqlite3"))
            #expect(try await test.hub.verify(looksOnly: false).corrupted == 1)
            let report = try await test.hub.backup(to: folder + "/backup", links: false, prunes: false)
            #expect(report.damaged == 1 && report.blobs == 1)
        }
    }

    @Test func `nothing is restored over something`() async throws {
        try await withHubInFolder { test, _, folder in
            _ = try await test.hub.backup(to: folder + "/backup", links: true, prunes: false)
            #expect(
                await asyncCodeThrown { try await Hub.restore(folder + "/backup", to: folder + "/data", links: false) }
                    == .conflict
            )
            #expect(
                await asyncCodeThrown { try await Hub.restore(folder + "/none", to: folder + "/new", links: false) }
                    == .notFound
            )
            #expect(!FileManager.default.fileExists(atPath: folder + "/new"))
        }
    }

    @Test func `what follows from files is derived anew`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            _ = try await test.repo("ada/other", as: ada)
            let card = "---\npipeline_tag: image-classification\nlicense: mit\n---\nzebrafish\n"
            try await test.commit([test.add("README.md", card)], to: id, as: ada)
            let repo = try #require(try await test.hub.store.read { try $0.repo(.model, id) })
            let used = try await test.hub.store.read { try $0.usedStorage(repo: repo.id) }
            try await test.hub.store.write { tx in
                try tx.replaceMetadata(
                    repo: repo,
                    card: CardRecord(commit: TestStore.oid(1)),
                    tags: [],
                    pipelineTag: nil,
                    libraryName: nil,
                    parameters: nil,
                    sdk: nil
                )
            }
            let result = try await test.hub.reindex()
            #expect(result.repos == 2 && result.failed.isEmpty)
            let after = try #require(try await test.hub.store.read { try $0.repo(.model, id) })
            #expect(after.pipelineTag == "image-classification")
            #expect(try await test.hub.store.read { try $0.tags(repo: repo.id).map(\.value) }.contains("license:mit"))
            #expect(try await test.hub.store.read { try $0.usedStorage(repo: repo.id) } == used)
        }
    }
}
