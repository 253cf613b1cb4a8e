// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import NIOCore

/// Blobs, whether their bytes lie whole or in chunks: a file that came through Xet is read here as any other.
///
/// What is whole is served as it is. Writing, deleting and listing concern whole blobs only.
struct XetBackedBlobs: BlobStore {
    /// Blobs that lie whole.
    let whole: any BlobStore
    let source: XorbSource

    func size(of id: BlobID) async throws -> Int64? {
        if let size = try await whole.size(of: id) { return size }
        return try await source.store.read { try $0.xetFile(of: id)?.size }
    }

    func open(_ id: BlobID) async throws -> any BlobReader {
        do { return try await whole.open(id) } catch let error as HubError where error.code == .notFound {
            guard let file = try await source.store.read({ try $0.xetFile(of: id) }) else { throw error }
            try await requireBodies(of: file)
            let terms = StoredTerms(store: source.store, file: file.id)
            return XetContentReader(size: file.size, terms: terms, source: source)
        }
    }

    /// What is missing is said before the first byte goes out. Of a long file the beginning is looked at: the rest is
    /// found out when it is read.
    private func requireBodies(of file: XetFileRecord) async throws {
        let bodies = try await source.store.read { try $0.bodies(ofFile: file.id, limit: Self.termsLookedAt) }
        for (xorb, body) in bodies where try await whole.size(of: body) == nil {
            try await source.damage.note(body, "missing")
            throw HubError(.corrupt, "The bytes of the xorb \(xorb) are missing")
        }
    }

    private static let termsLookedAt = 16

    func contents(of ids: [BlobID], limit: Int64) async throws -> [ByteBuffer] {
        do { return try await whole.contents(of: ids, limit: limit) } catch let error as HubError
            where error.code == .notFound
        {
            // One of them lies in chunks.
            var contents: [ByteBuffer] = []
            for id in ids { contents.append(try await open(id).whole(limit: limit)) }
            return contents
        }
    }

    func path(of id: BlobID) -> String? { whole.path(of: id) }

    func scratchFile() -> any ScratchFile { whole.scratchFile() }

    func ingest(expectedID: BlobID?, expectedSize: Int64?) async throws -> any BlobIngest {
        try await whole.ingest(expectedID: expectedID, expectedSize: expectedSize)
    }

    func partialIngest(id: BlobID, size: Int64, partSize: Int64) async throws -> any PartialBlobIngest {
        try await whole.partialIngest(id: id, size: size, partSize: partSize)
    }

    func delete(_ id: BlobID) async throws { try await whole.delete(id) }

    func delete(_ id: BlobID, ifArrivedBefore moment: Timestamp) async throws -> Bool {
        try await whole.delete(id, ifArrivedBefore: moment)
    }

    func setAside(_ id: BlobID) async throws -> Bool { try await whole.setAside(id) }

    func forEach(_ body: (BlobID, Int64, Timestamp) async throws -> Void) async throws { try await whole.forEach(body) }

    func removeStaleIngests(before moment: Timestamp) async throws -> Int64 {
        try await whole.removeStaleIngests(before: moment)
    }

    func checkHealth() async throws { try await whole.checkHealth() }
}

extension Hub {
    /// Where a blob lies whole in this machine's file system; one that lies in chunks is put together first.
    ///
    /// For what maps files into memory. The copy goes again when nobody has asked for it during a grace time.
    /// - Returns: `nil` when blobs are not files.
    func wholeFile(_ id: BlobID) async throws -> String? {
        guard let path = wholeBlobs.path(of: id) else { return nil }
        if try await wholeBlobs.size(of: id) != nil { return path }
        let reader = try await blobs.open(id)
        let ingest = try await wholeBlobs.ingest(expectedID: id, expectedSize: reader.size)
        do {
            var offset: Int64 = 0
            while offset < reader.size {
                let bytes = try await reader.read(at: offset, upTo: XetContentReader.maximumRead)
                offset += Int64(bytes.readableBytes)
                try await ingest.write(bytes)
            }
            _ = try await ingest.finish()
        } catch {
            await ingest.cancel()
            throw error
        }
        return path
    }
}
