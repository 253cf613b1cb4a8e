// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import NIOCore
import Testing

@testable import HubApp

@Suite struct DeleteLFSFilesTests {
    private func push(_ text: String, _ path: String, to id: RepoID, _ test: TestHub, as viewer: Viewer) async throws
        -> GitOID
    {
        let bytes = ByteBuffer(string: text)
        let lease = try await test.hub.blobLease()
        let blob = try await test.hub.blobs.put(bytes)
        let record = try #require(try await test.hub.store.read { try $0.repo(.model, id) })
        let now = test.clock.now
        let size = Int64(bytes.readableBytes)
        try await test.hub.recording([blob: size], under: lease, durable: false) { tx in
            try tx.recordBlob(blob, size: size, repo: record.id, at: now)
        }
        return try await test.commit([.addLFSFile(path: RepoPath(path), oid: blob, size: size)], to: id, as: viewer)
    }

    /// The pointer's id of a file on main.
    private func pointer(_ path: String, in id: RepoID, _ test: TestHub, as viewer: Viewer) async throws -> GitOID {
        let entries = try await test.entries(id, as: viewer)
        let entry = try #require(entries.first { $0["path"]?.stringValue == path })
        return try #require(entry["oid"]?.stringValue.flatMap { GitOID(hex: $0) })
    }

    private func history(_ id: RepoID, _ test: TestHub, as viewer: Viewer) async throws -> [JSONValue] {
        try await test.hub.commits.history(
            .model,
            id,
            .main,
            from: nil,
            limit: nil,
            formatted: false,
            viewer: viewer
        ).commits.arrayValue ?? []
    }

    @Test func `a file leaves every commit and tag, and its bytes the store`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let clean = try await test.commit([test.add("a.txt", "one")], to: id, as: ada)
            let dirty = try await push("secret weights", "deep/w.bin", to: id, test, as: ada)
            let later = try await test.commit([test.add("a.txt", "two")], to: id, as: ada)
            try await test.hub.refs.createTag(.model, id, "v1", at: Revision(later.hex), message: nil, viewer: ada)
            let oid = try await pointer("deep/w.bin", in: id, test, as: ada)
            let before = try await history(id, test, as: ada)

            test.clock.advance(seconds: 1)
            try await test.hub.repos.deleteLFSFiles(.model, id, files: [oid], viewer: ada)

            let after = try await history(id, test, as: ada)
            #expect(after.map { $0["title"] } == before.map { $0["title"] })
            #expect(after.map { $0["date"] } == before.map { $0["date"] })
            #expect(after[2]["id"]?.stringValue == clean.hex, "what never had the file keeps its id")
            #expect(after[0]["id"] != before[0]["id"])
            #expect(try await test.files(id, as: ada) == [".gitattributes", "a.txt"])
            #expect(try await test.files(id, "v1", as: ada) == [".gitattributes", "a.txt"])
            #expect(try await test.text("a.txt", in: id, as: ada) == "two")
            for gone in [dirty, later] {
                await #expect(throws: HubError.self) { try await test.files(id, gone.hex, as: ada) }
            }
            let list = try await test.hub.repos.lfsFiles(.model, id, cursor: nil, limit: nil, viewer: ada)
            #expect(list.items.arrayValue?.isEmpty == true)

            test.clock.advance(seconds: 1)
            let report = try await test.hub.collector.collect(graceSeconds: 0, dryRun: false)
            #expect(report.blobs == 1 && report.bytes == 14)
            #expect(try await test.hub.verify(looksOnly: false).isClean)
        }
    }

    @Test func `a commit that no branch reaches does not keep it either`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let lost = try await push("weights", "w.bin", to: id, test, as: ada)
            let oid = try await pointer("w.bin", in: id, test, as: ada)
            _ = try await test.hub.commits.squash(.model, id, .main, message: nil, viewer: ada)
            test.clock.advance(seconds: 1)
            try await test.hub.repos.deleteLFSFiles(.model, id, files: [oid], viewer: ada)
            #expect(try await test.files(id, as: ada) == [".gitattributes"])
            await #expect(throws: HubError.self) { try await test.files(id, lost.hex, as: ada) }
        }
    }

    @Test func `another repo keeps its file`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            _ = try await push("weights", "w.bin", to: id, test, as: ada)
            _ = try await test.hub.repos.duplicate(
                .model,
                id,
                to: RepoID("ada/copy"),
                visibility: nil,
                baseURL: TestHub.baseURL,
                viewer: ada
            )
            let oid = try await pointer("w.bin", in: id, test, as: ada)
            test.clock.advance(seconds: 1)
            try await test.hub.repos.deleteLFSFiles(.model, id, files: [oid], viewer: ada)
            test.clock.advance(seconds: 1)
            _ = try await test.hub.collector.collect(graceSeconds: 0, dryRun: false)
            #expect(try await test.text("w.bin", in: RepoID("ada/copy"), as: ada) == "weights")
        }
    }

    @Test func `what is no LFS file of the repo is refused, and nothing changes`() async throws {
        try await withTestHub { test in
            let (ada, bob) = (try await test.user("ada"), try await test.user("bob"))
            let id = try await test.repo("ada/m", as: ada)
            let head = try await push("weights", "w.bin", to: id, test, as: ada)
            let oid = try await pointer("w.bin", in: id, test, as: ada)
            let other = try #require(GitOID(hex: String(repeating: "1", count: 40)))
            let error = await #expect(throws: HubError.self) {
                try await test.hub.repos.deleteLFSFiles(.model, id, files: [oid, other], viewer: ada)
            }
            #expect(error?.code == .unprocessable)
            let refused = await #expect(throws: HubError.self) {
                try await test.hub.repos.deleteLFSFiles(.model, id, files: [oid], viewer: bob)
            }
            #expect(refused?.code == .forbidden)
            #expect(try await test.files(id, head.hex, as: ada) == [".gitattributes", "w.bin"])
        }
    }
}
