// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubBlobs
import HubCore
import HubStore
import HubTestSupport
import NIOCore
import Testing

@testable import HubApp

@Suite struct VerifierTests {
    private func blob(_ path: String, _ id: RepoID, _ test: TestHub, _ viewer: Viewer) async throws -> BlobID {
        try await test.hub.downloads.resolve(.model, id, .main, RepoPath(path), viewer: viewer).blob
    }

    private func withFile(_ body: (TestHub, Viewer, RepoID, BlobID, MemoryBlobStore) async throws -> Void) async throws
    {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.commit([test.add("d/a.txt", "twelve bytes")], to: id, as: ada)
            let blobs = try #require(test.hub.wholeBlobs as? MemoryBlobStore)
            try await body(test, ada, id, try await blob("d/a.txt", id, test, ada), blobs)
        }
    }

    @Test func `a sound hub is clean, with uploads under way`() async throws {
        try await withFile { test, _, _, _, _ in
            _ = try await test.hub.uploads.storeRegularFile(Array("not committed".utf8))
            let report = try await test.hub.verify(looksOnly: false)
            #expect(report.isClean, "\(report.findings)")
            #expect(report.commits == 2 && report.blobs == 3 && report.orphaned == 1)
            #expect(report.orphanedBytes == 13)
            #expect(report.refs == 1)
        }
    }

    @Test func `changed bytes are found, refused, and healed by a push`() async throws {
        try await withFile { test, ada, id, blob, blobs in
            blobs.damage(blob, bytes: ByteBuffer(string: "twelve bites"))
            let look = try await test.hub.verify(looksOnly: true)
            #expect(look.corrupted == 1 && !look.isClean)
            #expect(try await test.text("d/a.txt", in: id, as: ada) == "twelve bites")
            let report = try await test.hub.verify(looksOnly: false)
            #expect(report.corrupted == 1)
            #expect(await asyncCodeThrown { try await test.text("d/a.txt", in: id, as: ada) } == .corrupt)
            // A client that asks what to send is told to send it.
            let answer = try await test.hub.uploads.preupload(
                .model,
                id,
                .main,
                files: [PreuploadFile(path: "d/a.txt", size: 12, sample: [])],
                gitAttributes: nil,
                gitIgnore: nil,
                viewer: ada
            )
            #expect(answer["files"]?.arrayValue?.first?["oid"] == nil)
            try await test.commit([test.add("d/a.txt", "twelve bytes")], to: id, as: ada)
            #expect(try await test.text("d/a.txt", in: id, as: ada) == "twelve bytes")
            #expect(try await test.hub.verify(looksOnly: false).isClean)
        }
    }

    @Test func `missing bytes are found, and an LFS client is asked for them again`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let bytes = ByteBuffer(string: "weights")
            let oid = try await test.hub.blobs.put(bytes)
            let repo = try #require(try await test.hub.store.read { try $0.repo(.model, id) })
            let now = test.clock.now
            func record() async throws {
                let lease = try await test.hub.blobLease()
                try await test.hub.recording([oid: 7], under: lease, durable: false) { tx in
                    try tx.recordBlob(oid, size: 7, repo: repo.id, at: now)
                }
            }
            try await record()
            try await test.commit([.addLFSFile(path: RepoPath("w.bin"), oid: oid, size: 7)], to: id, as: ada)
            try await test.hub.blobs.delete(oid)
            let report = try await test.hub.verify(looksOnly: false)
            #expect(report.missing == 1)
            func actions() async throws -> JSONValue? {
                let request = LFSBatchRequest(
                    operation: .upload,
                    transfers: ["basic"],
                    objects: [.init(oid: oid.hex, size: 7)]
                )
                let answer = try await test.hub.uploads.batch(
                    .model,
                    id,
                    request,
                    baseURL: TestHub.baseURL,
                    viewer: ada
                )
                return answer["objects"]?.arrayValue?.first?["actions"]
            }
            #expect(try await actions() != nil)
            try await test.hub.blobs.put(bytes)
            try await record()
            #expect(try await actions() == nil)
            #expect(try await test.hub.verify(looksOnly: false).isClean)
        }
    }

    @Test func `a file of another size is refused on read and can be pushed again`() async throws {
        try await withFile { test, ada, id, blob, blobs in
            blobs.damage(blob, bytes: ByteBuffer(string: "short"))
            let file = try await test.hub.downloads.resolve(.model, id, .main, RepoPath("d/a.txt"), viewer: ada)
            #expect(await asyncCodeThrown { try await test.hub.downloads.open(file) } == .corrupt)
            try await test.commit([test.add("d/a.txt", "twelve bytes")], to: id, as: ada)
            #expect(try await test.text("d/a.txt", in: id, as: ada) == "twelve bytes")
        }
    }

    @Test func `blobs that are whole again are in use again`() async throws {
        try await withFile { test, ada, id, blob, _ in
            let now = test.clock.now
            try await test.hub.store.write { try $0.noteDamage(blob, reason: "by mistake", at: now) }
            #expect(await asyncCodeThrown { try await test.text("d/a.txt", in: id, as: ada) } == .corrupt)
            #expect(try await test.hub.verify(looksOnly: false).healed == 1)
            #expect(try await test.text("d/a.txt", in: id, as: ada) == "twelve bytes")
        }
    }

    @Test func `holes in history and wrong ids are named`() async throws {
        try await withFile { test, ada, id, _, _ in
            let repo = try #require(try await test.hub.store.read { try $0.repo(.model, id) })
            let head = try #require(try await test.hub.store.read { try $0.refs(repo: repo.id).first?.target })
            let commit = try #require(try await test.hub.store.read { try $0.commit(head, in: repo.id) })
            let parent = try #require(commit.parent)
            try await test.hub.store.write { tx in
                try tx.removeTrees([commit.tree])
                try tx.removeCommits([parent], from: repo.id)
                // A tree under an id that is not its own.
                try tx.insertTree(TestStore.oid(7), data: [])
            }
            let report = try await test.hub.verify(looksOnly: true)
            #expect(report.missing == 1 && report.inconsistent == 1 && report.corrupted == 1)
            let words = report.findings.map(\.text).joined(separator: "\n")
            #expect(words.contains("the tree \(commit.tree) of the commit \(head)"))
            #expect(words.contains("the commit \(parent) is missing from the history of ada/m"))
            #expect(words.contains("the tree \(TestStore.oid(7)) has bytes of another id"))
            // With holes in history nothing is removed.
            #expect(
                await asyncCodeThrown { try await test.hub.collector.collect(graceSeconds: 0, dryRun: false) }
                    == .corrupt
            )
        }
    }
}
