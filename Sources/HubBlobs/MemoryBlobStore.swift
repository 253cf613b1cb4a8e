// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import NIOCore
import Synchronization

/// Blobs in memory, for tests and trials: the same rules as on disk, none of the durability.
public final class MemoryBlobStore: BlobStore {
    private let blobs: MemoryBlobs

    /// - Parameter clock: tells the time of arrival.
    public init(clock: any HubClock = SystemClock()) {
        blobs = MemoryBlobs(clock: clock)
    }

    public func size(of id: BlobID) async throws -> Int64? {
        blobs.entry(id).map { Int64($0.bytes.readableBytes) }
    }

    public func open(_ id: BlobID) async throws -> any BlobReader {
        guard let entry = blobs.entry(id) else { throw HubError(.notFound, "No such blob") }
        return MemoryBlobReader(bytes: entry.bytes)
    }

    public func ingest(expectedID: BlobID?, expectedSize: Int64?) async throws -> any BlobIngest {
        MemoryBlobIngest(blobs: blobs, expectedID: expectedID, expectedSize: expectedSize)
    }

    public func scratchFile() -> any ScratchFile { MemoryScratchFile() }

    public func partialIngest(id: BlobID, size: Int64, partSize: Int64) async throws -> any PartialBlobIngest {
        let geometry = try PartGeometry(size: size, partSize: partSize)
        return MemoryPartialIngest(blobs.upload(id, geometry), blobs: blobs)
    }

    public func delete(_ id: BlobID) async throws { _ = blobs.remove(id, ifArrivedBefore: nil) }

    public func delete(_ id: BlobID, ifArrivedBefore moment: Timestamp) async throws -> Bool {
        blobs.remove(id, ifArrivedBefore: moment)
    }

    public func setAside(_ id: BlobID) async throws -> Bool { blobs.remove(id, ifArrivedBefore: nil) }

    /// Puts other bytes in place of a blob's, as a failing disk would.
    public func damage(_ id: BlobID, bytes: ByteBuffer) { blobs.put(id, bytes) }

    public func forEach(_ body: (BlobID, Int64, Timestamp) async throws -> Void) async throws {
        for (id, entry) in blobs.all() { try await body(id, Int64(entry.bytes.readableBytes), entry.arrived) }
    }

    public func removeStaleIngests(before moment: Timestamp) async throws -> Int64 { blobs.removeStale(before: moment) }

    public func checkHealth() async throws {}
}

/// What a ``MemoryBlobStore`` and its open ingests share.
final class MemoryBlobs: Sendable {
    struct Entry {
        var bytes: ByteBuffer
        var arrived: Timestamp
    }

    private struct UploadKey: Hashable {
        let id: BlobID
        let geometry: PartGeometry
    }

    let clock: any HubClock
    private let entries = Mutex<[BlobID: Entry]>([:])
    private let uploads = Mutex<[UploadKey: MemoryPartialUpload]>([:])

    init(clock: any HubClock) { self.clock = clock }

    func entry(_ id: BlobID) -> Entry? { entries.withLock { $0[id] } }
    func all() -> [BlobID: Entry] { entries.withLock { $0 } }

    func put(_ id: BlobID, _ bytes: ByteBuffer) {
        entries.withLock { $0[id] = Entry(bytes: bytes, arrived: clock.now) }
    }

    func remove(_ id: BlobID, ifArrivedBefore moment: Timestamp?) -> Bool {
        entries.withLock { entries in
            guard let entry = entries[id] else { return false }
            if let moment, entry.arrived >= moment { return false }
            entries[id] = nil
            return true
        }
    }

    func upload(_ id: BlobID, _ geometry: PartGeometry) -> MemoryPartialUpload {
        uploads.withLock { uploads in
            let key = UploadKey(id: id, geometry: geometry)
            let upload = uploads[key] ?? MemoryPartialUpload(id: id, geometry: geometry, touched: clock.now)
            uploads[key] = upload
            upload.state.withLock { $0.users += 1 }
            return upload
        }
    }

    func forget(_ upload: MemoryPartialUpload) {
        uploads.withLock { uploads in
            let key = UploadKey(id: upload.id, geometry: upload.geometry)
            if uploads[key] === upload { uploads[key] = nil }
        }
    }

    func removeStale(before moment: Timestamp) -> Int64 {
        uploads.withLock { uploads in
            var freed: Int64 = 0
            for (key, upload) in uploads {
                upload.state.withLock { state in
                    guard state.users == 0, state.touched < moment else { return }
                    freed += state.parts.values.reduce(0) { $0 + Int64($1.readableBytes) }
                    uploads[key] = nil
                }
            }
            return freed
        }
    }
}
