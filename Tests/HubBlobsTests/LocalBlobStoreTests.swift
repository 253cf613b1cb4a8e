// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HubBlobs

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct LocalBlobStoreTests {
    private static let distantFuture = Timestamp(milliseconds: .max)

    /// A store with one disk thread: what was asked for first is done first.
    private func withStore(_ body: (LocalBlobStore, BlobLayout) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            let store = try await LocalBlobStore(dataFolder: folder, threadCount: 1, minimumFreeBytes: 0)
            try await body(store, store.files.layout)
        }
    }

    private func temporaries(_ layout: BlobLayout) throws -> [String] {
        try FileSystem.list(layout.ingest).filter { $0.hasSuffix(BlobLayout.temporarySuffix) }
    }

    @Test(arguments: [10, 700_000])
    func `a published blob is a read-only file under its digest and nothing else is left`(_ count: Int) async throws {
        try await withStore { store, layout in
            let id = try await store.put(patternBytes(count))
            let hex = id.hex
            let path = "\(layout.digests)/\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)"
            var status = stat()
            try #require(stat(path, &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o444)
            #expect(Int(status.st_size) == count)
            #expect(try temporaries(layout).isEmpty)
            #expect(store.files.temporaries.withLock { $0.isEmpty })
        }
    }

    @Test func `a failed write, a wrong digest and a cancel leave no temporary file`() async throws {
        try await withStore { store, layout in
            let other = try await store.put(patternBytes(1))
            let long = try await store.ingest(expectedID: nil, expectedSize: 600_000)
            try await long.write(patternBytes(600_000))
            await #expect(throws: HubError.self) { try await long.write(patternBytes(1)) }
            let wrong = try await store.ingest(expectedID: other, expectedSize: nil)
            try await wrong.write(patternBytes(600_000))
            await #expect(throws: HubError.self) { _ = try await wrong.finish() }
            let cancelled = try await store.ingest(expectedID: nil, expectedSize: nil)
            try await cancelled.write(patternBytes(600_000))
            #expect(try temporaries(layout).count == 1)
            await cancelled.cancel()
            #expect(try temporaries(layout).isEmpty)
        }
    }

    @Test func `an ingest that is let go removes its file`() async throws {
        try await withStore { store, layout in
            var ingest: (any BlobIngest)? = try await store.ingest(expectedID: nil, expectedSize: nil)
            try await ingest?.write(patternBytes(600_000))
            #expect(try temporaries(layout).count == 1)
            ingest = nil
            // The removal is queued behind the last write: a few turns of the one disk thread later it is done.
            for _ in 0..<1000 where try !temporaries(layout).isEmpty { try await store.checkHealth() }
            #expect(try temporaries(layout).isEmpty)
        }
    }

    @Test func `a cancelled task publishes whole all the same`() async throws {
        try await withStore { store, layout in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await store.put(patternBytes(600_000))
            }
            let id = try await task.value
            #expect(try await store.size(of: id) == 600_000)
            #expect(try temporaries(layout).isEmpty)
        }
    }

    @Test func `a file cut short on disk is corrupt to an open reader`() async throws {
        try await withStore { store, layout in
            let id = try await store.put(patternBytes(10_000))
            let reader = try await store.open(id)
            try #require(truncate(layout.blob(id), 5000) == 0)
            #expect(try await reader.read(at: 0, upTo: 10_000).readableBytes == 5000)
            let error = await #expect(throws: HubError.self) { try await reader.read(at: 5000, upTo: 10) }
            #expect(error?.code == .corrupt)
        }
    }

    @Test func `storing the bytes again mends a file cut short`() async throws {
        try await withStore { store, layout in
            let bytes = patternBytes(10_000)
            let id = try await store.put(bytes)
            try #require(truncate(layout.blob(id), 5000) == 0)
            try await store.put(bytes)
            #expect(try await store.bytes(of: id) == bytes)
        }
    }

    @Test func `storing the bytes again starts the grace time anew`() async throws {
        try await withStore { store, layout in
            let id = try await store.put(patternBytes(10))
            var old = [timeval(tv_sec: 1000, tv_usec: 0), timeval(tv_sec: 1000, tv_usec: 0)]
            try #require(utimes(layout.blob(id), &old) == 0)
            try await store.put(patternBytes(10))
            #expect(try await !store.delete(id, ifArrivedBefore: Timestamp(seconds: 2000)))
        }
    }

    @Test func `parts survive a restart and markers without bytes do not`() async throws {
        try await withTemporaryDirectory { folder in
            let bytes = patternBytes(2500)
            var store = try await LocalBlobStore(dataFolder: folder)
            let id = try await store.put(bytes)
            try await store.delete(id)
            for number in [1, 3] {
                let part = bytes.getSlice(at: (number - 1) * 1000, length: number == 3 ? 500 : 1000)
                try await store.partialIngest(id: id, size: 2500, partSize: 1000)
                    .writePart(number, try #require(part).chunks(of: 300))
            }
            store = try await LocalBlobStore(dataFolder: folder)
            let upload = try await store.partialIngest(id: id, size: 2500, partSize: 1000)
            #expect(try await upload.hasPart(1))
            #expect(try await !upload.hasPart(2))
            #expect(try await upload.hasPart(3))
            try await upload.writePart(2, try #require(bytes.getSlice(at: 1000, length: 1000)).chunks(of: 300))
            try await upload.finish()
            #expect(try await store.bytes(of: id) == bytes)
            #expect(try FileSystem.list(store.files.layout.parts).isEmpty)

            // As after a crash between publishing and removing the folder.
            let name = BlobLayout.partialName(id, size: 2500, partSize: 1000)
            _ = try FileSystem.makeFolder(store.files.layout.partialFolder(name))
            _ = try FileDescriptor(
                opening: store.files.layout.partialMarker(name, part: 1),
                O_WRONLY | O_CREAT,
                mode: 0o644
            )
            try await store.delete(id)
            let again = try await store.partialIngest(id: id, size: 2500, partSize: 1000)
            #expect(try await !again.hasPart(1))
        }
    }

    @Test func `of two senders of one part the later wins`() async throws {
        try await withStore { store, _ in
            let bytes = patternBytes(1000)
            let id = try await store.put(bytes)
            try await store.delete(id)
            let upload = try await store.partialIngest(id: id, size: 1000, partSize: 1000)
            let (slow, feed) = AsyncStream<ByteBuffer>.makeStream()
            let former = Task { try await upload.writePart(1, slow) }
            feed.yield(patternBytes(1000, seed: 2))
            // The former sender has begun once its folder is there.
            while try FileSystem.list(store.files.layout.parts).isEmpty { try await store.checkHealth() }
            try await upload.writePart(1, bytes.chunks(of: 100))
            feed.finish()
            let error = await #expect(throws: HubError.self) { try await former.value }
            #expect(error?.code == .conflict)
            try await upload.finish()
            #expect(try await store.bytes(of: id) == bytes)
        }
    }

    @Test func `the sweep takes old temporaries and spares open ones`() async throws {
        try await withStore { store, layout in
            let ingest = try await store.ingest(expectedID: nil, expectedSize: nil)
            try await ingest.write(patternBytes(600_000))
            let orphan = try FileDescriptor(opening: layout.temporary("dead.tmp"), O_WRONLY | O_CREAT, mode: 0o600)
            try patternBytes(100_000).withUnsafeReadableBytes { try orphan.write($0, at: 0) }
            #expect(try await store.removeStaleIngests(before: Timestamp(milliseconds: 0)) == 0)
            #expect(try await store.removeStaleIngests(before: Self.distantFuture) >= 100_000)
            #expect(try temporaries(layout).count == 1)
            _ = try await ingest.finish()
        }
    }

    @Test func `a file in place of a folder is said to be unavailable`() async throws {
        try await withTemporaryDirectory { folder in
            _ = try FileDescriptor(opening: folder + "/file", O_WRONLY | O_CREAT, mode: 0o600)
            let error = await #expect(throws: HubError.self) {
                _ = try await LocalBlobStore(dataFolder: folder + "/file")
            }
            #expect(error?.code == .unavailable)
        }
    }

    @Test func `too little room is a full disk`() async throws {
        try await withTemporaryDirectory { folder in
            let store = try await LocalBlobStore(dataFolder: folder, minimumFreeBytes: .max)
            let error = await #expect(throws: HubError.self) { try await store.checkHealth() }
            #expect(error?.code == .storageFull)
        }
    }

    @Test func `a full device is a full disk`() throws {
        let full = try FileDescriptor(opening: "/dev/full", O_WRONLY)
        let error = #expect(throws: HubError.self) {
            try patternBytes(10).withUnsafeReadableBytes { try full.write($0, at: 0) }
        }
        #expect(error?.code == .storageFull)
    }

    @Test(arguments: [
        (ENOSPC, HubError.Code.storageFull), (EDQUOT, .storageFull), (EROFS, .unavailable), (EACCES, .unavailable),
    ])
    func `system errors become codes`(_ number: CInt, _ code: HubError.Code) {
        #expect(HubError.fileSystem(number, "write").code == code)
    }

    @Test func `a second lock on a data folder names the first holder`() async throws {
        try await withTemporaryDirectory { folder in
            let lock = try DataFolderLock(dataFolder: folder)
            let error = #expect(throws: HubError.self) { try DataFolderLock(dataFolder: folder) }
            #expect(error?.code == .conflict)
            #expect(error?.message.contains("process \(getpid())") == true)
            lock.release()
            try DataFolderLock(dataFolder: folder).release()
        }
    }
}
