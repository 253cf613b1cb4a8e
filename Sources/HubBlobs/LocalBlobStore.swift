// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
public import NIOCore

/// Blobs as files in one folder; ``BlobLayout`` draws it, `docs/storage-layout.md` says what it guarantees.
///
/// Every system call that may wait for a disk runs on threads of its own, except reads from the page cache.
public final class LocalBlobStore: BlobStore {
    let files: BlobFiles
    let pool: DiskPool
    let partials: PartialUploads
    private let minimumFreeBytes: Int64

    /// Opens the store, making its folders if they are missing.
    /// - Parameters:
    ///   - dataFolder: holds `blobs/` and `ingest/`, which must be on one file system.
    ///   - threadCount: how many calls may wait for the disk at once.
    ///   - minimumFreeBytes: below this ``checkHealth()`` reports a full disk.
    /// - Throws: ``HubError/Code/unavailable`` when the folder cannot be used, with the reason.
    public init(dataFolder: String, threadCount: Int = 8, minimumFreeBytes: Int64 = 64 << 20) async throws {
        let files = BlobFiles(layout: BlobLayout(dataFolder: dataFolder))
        self.files = files
        pool = DiskPool(threadCount: threadCount)
        self.minimumFreeBytes = minimumFreeBytes
        partials = PartialUploads(files: files)
        try await pool.run { try files.prepare() }
    }

    /// Opens the store of a folder that is only read from: nothing is made or tried out in it.
    public init(readingFrom dataFolder: String, threadCount: Int = 4) {
        files = BlobFiles(layout: BlobLayout(dataFolder: dataFolder))
        pool = DiskPool(threadCount: threadCount)
        minimumFreeBytes = 0
        partials = PartialUploads(files: files)
    }

    public func size(of id: BlobID) async throws -> Int64? {
        try await pool.run { [files] in try files.size(of: id) }
    }

    public func path(of id: BlobID) -> String? { files.layout.blob(id) }

    public func open(_ id: BlobID) async throws -> any BlobReader {
        try await pool.run { [files, pool] in try LocalBlobReader(path: files.layout.blob(id), pool: pool) }
    }

    public func contents(of ids: [BlobID], limit: Int64) async throws -> [ByteBuffer] {
        guard !ids.isEmpty else { return [] }
        return try await pool.run { [files] in try ids.map { try files.contents(of: $0, limit: limit) } }
    }

    public func ingest(expectedID: BlobID?, expectedSize: Int64?) async throws -> any BlobIngest {
        LocalBlobIngest(files: files, pool: pool, expectedID: expectedID, expectedSize: expectedSize)
    }

    public func scratchFile() -> any ScratchFile { LocalScratchFile(files: files, pool: pool) }

    public func partialIngest(id: BlobID, size: Int64, partSize: Int64) async throws -> any PartialBlobIngest {
        let geometry = try PartGeometry(size: size, partSize: partSize)
        return try await pool.run { [partials, pool] in
            LocalPartialIngest(partials.open(id, geometry), partials: partials, pool: pool)
        }
    }

    public func delete(_ id: BlobID) async throws {
        _ = try await pool.run { [files] in try files.delete(id, ifArrivedBefore: nil) }
    }

    public func delete(_ id: BlobID, ifArrivedBefore moment: Timestamp) async throws -> Bool {
        try await pool.run { [files] in try files.delete(id, ifArrivedBefore: moment) }
    }

    public func setAside(_ id: BlobID) async throws -> Bool {
        try await pool.run { [files] in try files.setAside(id) }
    }

    public func forEach(_ body: (BlobID, Int64, Timestamp) async throws -> Void) async throws {
        for outer in try await pool.run({ [files] in try files.outerFolders() }) {
            for inner in try await pool.run({ [files] in try files.innerFolders(of: outer) }) {
                for blob in try await pool.run({ [files] in try files.blobs(in: inner, of: outer) }) {
                    try await body(blob.id, blob.size, blob.arrived)
                }
            }
        }
    }

    public func removeStaleIngests(before moment: Timestamp) async throws -> Int64 {
        try await pool.run { [files, partials] in
            try partials.removeStale(before: moment) + files.removeStaleTemporaries(before: moment)
        }
    }

    public func checkHealth() async throws {
        try await pool.run { [files, minimumFreeBytes] in try files.checkHealth(minimumFreeBytes: minimumFreeBytes) }
    }
}
