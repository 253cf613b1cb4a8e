// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubBlobs
import HubCore
import HubStore
import HubTestSupport
import NIOCore
import Testing

@testable import HubApp

@Suite struct GarbageCollectorTests {
    /// Runs dry, then in earnest, and expects the same numbers.
    @discardableResult
    private func collect(_ test: TestHub, grace: Int64 = 0) async throws -> CollectionReport {
        test.clock.advance(seconds: 1)
        let dry = try await test.hub.collector.collect(graceSeconds: grace, dryRun: true)
        let real = try await test.hub.collector.collect(graceSeconds: grace, dryRun: false)
        func numbers(_ report: CollectionReport) -> [Int64] {
            [report.blobs, report.bytes, report.commits, report.trees, report.files, report.detached]
        }
        #expect(numbers(dry) == numbers(real))
        return real
    }

    private func blobCount(_ test: TestHub) async throws -> Int {
        let counter = Counter()
        try await test.hub.blobs.forEach { _, _, _ in counter.add() }
        return counter.value
    }

    private func upload(_ text: String, to repo: RepoID, _ test: TestHub) async throws -> BlobID {
        let bytes = ByteBuffer(string: text)
        let lease = try await test.hub.blobLease()
        let id = try await test.hub.blobs.put(bytes)
        let record = try #require(try await test.hub.store.read { try $0.repo(.model, repo) })
        let now = test.clock.now
        try await test.hub.recording([id: Int64(bytes.readableBytes)], under: lease, durable: false) { tx in
            try tx.recordBlob(id, size: Int64(bytes.readableBytes), repo: record.id, at: now)
        }
        return id
    }

    @Test func `what is in use stays, to the last byte`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let first = try await test.commit([test.add("a/b.txt", "one")], to: id, as: ada)
            try await test.commit([test.add("a/b.txt", "two"), test.add("c.txt", "three")], to: id, as: ada)
            let report = try await collect(test)
            #expect(report.blobs == 0 && report.commits == 0 && report.trees == 0 && report.files == 0)
            #expect(try await test.text("a/b.txt", in: id, as: ada) == "two")
            #expect(try await test.files(id, first.hex, as: ada) == [".gitattributes", "a/b.txt"])
        }
    }

    @Test func `a deleted repo's bytes go, those it shared stay`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let kept = try await test.repo("ada/kept", as: ada)
            let gone = try await test.repo("ada/gone", as: ada)
            try await test.commit([test.add("x.txt", "shared")], to: kept, as: ada)
            try await test.commit([test.add("x.txt", "shared"), test.add("y.txt", "own bytes")], to: gone, as: ada)
            try await test.hub.repos.delete(.model, gone, viewer: ada)
            let report = try await collect(test)
            #expect(report.blobs == 1)
            #expect(report.bytes == 9)
            #expect(report.commits == 1, "the first commits of both are one, as they are the same")
            #expect(try await test.text("x.txt", in: kept, as: ada) == "shared")
            #expect(try await collect(test).blobs == 0)
        }
    }

    @Test func `commits that no ref reaches go when their grace time is over`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.hub.refs.createBranch(.model, id, "dev", start: nil, overwrite: false, viewer: ada)
            let lost = try await test.hub.commits.commit(
                .model,
                id,
                Revision("dev"),
                header: CommitHeader(summary: "x"),
                operations: [test.add("big.txt", "only on dev")],
                viewer: ada
            ).oid
            try await test.hub.refs.deleteBranch(.model, id, "dev", viewer: ada)
            test.clock.advance(seconds: 90_000)
            // Seen for the first time: its time begins now, however old it is.
            #expect(try await collect(test, grace: 3600).commits == 0)
            #expect(try await test.files(id, lost.hex, as: ada).contains("big.txt"))
            test.clock.advance(seconds: 3601)
            let report = try await collect(test, grace: 3600)
            #expect(report.commits == 1 && report.trees == 1 && report.files == 1 && report.blobs == 1)
            #expect(await asyncCodeThrown { try await test.files(id, lost.hex, as: ada) } == .revisionNotFound)
        }
    }

    @Test func `a commit that is reached again is as good as new`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let head = try await test.commit([test.add("a.txt", "a")], to: id, as: ada)
            let repo = try #require(try await test.hub.store.read { try $0.repo(.model, id) })
            let first = try #require(try await test.hub.store.read { try $0.commit(head, in: repo.id)?.parent })
            let now = test.clock.now
            func move(_ from: GitOID, _ to: GitOID) async throws {
                try await test.hub.store.write { tx in
                    try tx.compareAndSwapRef(repo: repo.id, name: "refs/heads/main", from: from, to: to, at: now)
                }
            }
            try await move(head, first)
            #expect(try await collect(test, grace: 3600).commits == 0)
            try await move(first, head)
            test.clock.advance(seconds: 10_000)
            #expect(try await collect(test, grace: 3600).commits == 0)
            try await move(head, first)
            #expect(try await collect(test, grace: 3600).commits == 0)
            test.clock.advance(seconds: 3601)
            #expect(try await collect(test, grace: 3600).commits == 1)
        }
    }

    @Test func `an upload may wait for its commit as long as the grace time`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let blob = try await upload("weights", to: id, test)
            test.clock.advance(seconds: 1800)
            #expect(try await collect(test, grace: 3600).blobs == 0)
            try await test.commit(
                [.addLFSFile(path: try RepoPath("w.bin"), oid: blob, size: 7)],
                to: id,
                as: ada
            )
            test.clock.advance(seconds: 7200)
            #expect(try await collect(test, grace: 3600).blobs == 0)
            let other = try await upload("never committed", to: id, test)
            test.clock.advance(seconds: 7200)
            let report = try await collect(test, grace: 3600)
            #expect(report.detached == 1 && report.blobs == 1 && report.bytes == 15)
            let operation = CommitOperation.addLFSFile(path: try RepoPath("n.bin"), oid: other, size: nil)
            #expect(await asyncCodeThrown { try await test.commit([operation], to: id, as: ada) } == .unprocessable)
        }
    }

    @Test func `bytes without a row go after their grace time`() async throws {
        try await withTestHub { test in
            _ = try await test.hub.uploads.storeRegularFile(Array("left by a crash".utf8))
            test.clock.advance(seconds: 100)
            #expect(try await collect(test, grace: 3600).blobs == 0)
            test.clock.advance(seconds: 3600)
            #expect(try await collect(test, grace: 3600).blobs == 1)
            #expect(try await blobCount(test) == 0)
        }
    }

    @Test func `a commit never names bytes that a collection took before it`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let operation = try await test.add("late.txt", "stored, not yet committed")
            #expect(try await collect(test, grace: 0).blobs == 1)
            #expect(await asyncCodeThrown { try await test.commit([operation], to: id, as: ada) } == .unavailable)
            // Sent again it goes through.
            try await test.commit([test.add("late.txt", "stored, not yet committed")], to: id, as: ada)
            #expect(try await test.text("late.txt", in: id, as: ada) == "stored, not yet committed")
        }
    }

    @Test func `a collection elsewhere does not disturb a commit whose bytes stay`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            _ = try await test.hub.uploads.storeRegularFile(Array("old rubbish".utf8))
            test.clock.advance(seconds: 100)
            let operation = try await test.add("new.txt", "fresh")
            #expect(try await collect(test, grace: 50).blobs == 1)
            try await test.commit([operation], to: id, as: ada)
            #expect(try await test.text("new.txt", in: id, as: ada) == "fresh")
        }
    }

    @Test func `what a killed collection has left does not hold up pushes`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let operation = try await test.add("a.txt", "condemned")
            guard case .addFile(_, let file) = operation else { return }
            #expect(try await test.hub.store.write { try $0.condemn([file.sha256]) } == [file.sha256])
            try await test.commit([operation], to: id, as: ada)
            #expect(try await test.text("a.txt", in: id, as: ada) == "condemned")
        }
    }

    @Test func `a commit while objects are being removed keeps what it needs`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            try await test.hub.store.write { try $0.beginMarking() }
            let head = try await test.commit([test.add("d/a.txt", "x")], to: id, as: ada)
            #expect(try await test.hub.store.read { try $0.arrivedCommits(limit: 10) } == [head])
            try await test.hub.store.write { try $0.endMarking() }
            #expect(try await test.hub.store.read { try $0.arrivedCommits(limit: 10) }.isEmpty)
        }
    }

    @Test func `pushes and collections at once lose nothing`() async throws {
        try await withTemporaryDirectory { folder in
            let hub = try await Hub.open(dataFolder: folder)
            let made = try await hub.accounts.createUser(AccountName("ada"), fullName: nil, email: nil, isAdmin: false)
            let ada = try await hub.accounts.viewer(token: made.secret.text)
            let test = TestHub(hub: hub, clock: TestClock())
            let id = try await test.repo("ada/m", as: ada)
            let collecting = Task {
                var freed: Int64 = 0
                while !Task.isCancelled {
                    freed += try await hub.collector.collect(graceSeconds: 0, dryRun: false).blobs
                }
                return freed
            }
            var pushed = 0
            for round in 0..<60 {
                do {
                    // Contents that come and go, so that the same bytes are often just being removed.
                    try await test.commit([test.add("f.txt", "content \(round % 3)")], to: id, as: ada)
                    pushed += 1
                } catch let error as HubError where error.code == .unavailable {
                    continue
                }
                #expect(try await test.text("f.txt", in: id, as: ada) == "content \(round % 3)")
            }
            collecting.cancel()
            // Cancelled in the middle of a run, most likely.
            _ = try? await collecting.value
            #expect(pushed > 0)
            let repo = try #require(try await hub.store.read { try $0.repo(.model, id) })
            for row in try await hub.store.read({ try $0.blobs(of: repo.id, after: nil, limit: 1000) }) {
                #expect(try await hub.blobs.size(of: row.id) != nil)
            }
            try hub.store.close()
        }
    }

    @Test func `only one collection at a time`() async throws {
        try await withTestHub { test in
            let marks = try test.hub.store.openMarks()
            #expect(
                await asyncCodeThrown { try await test.hub.collector.collect(graceSeconds: 0, dryRun: true) }
                    == .conflict
            )
            try marks.close()
            _ = try await test.hub.collector.collect(graceSeconds: 0, dryRun: true)
        }
    }

    @Test func `the service collects when it is time, whoever did it last`() async throws {
        try await withTestHub { test in
            let service = GarbageCollectionService(hub: test.hub, intervalSeconds: 3600, graceSeconds: 60) { _ in }
            #expect(try await service.collectIfDue() == nil)
            _ = try await test.hub.uploads.storeRegularFile(Array("left by a crash".utf8))
            test.clock.advance(seconds: 3599)
            #expect(try await service.collectIfDue() == nil)
            test.clock.advance(seconds: 1)
            #expect(try await service.collectIfDue()?.blobs == 1)
            #expect(try await service.collectIfDue() == nil)
        }
    }
}
