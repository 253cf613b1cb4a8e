// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer
import NIOCore

/// Bytes on their way in: small files of commits, LFS objects whole or in parts.
public struct UploadService: Sendable {
    let hub: Hub

    /// Stores a small file's bytes, for a commit that is about to be made.
    /// - Parameter lease: one taken earlier for the same commit, if there is one.
    /// - Throws: ``HubError/Code/tooLarge`` past the limit for files outside LFS.
    public func storeRegularFile(_ bytes: [UInt8], lease: BlobLease? = nil) async throws -> StoredFile {
        let size = Int64(bytes.count)
        guard size <= hub.limits.regularFileBytes else {
            throw HubError(
                .tooLarge,
                "A file of \(size) bytes must be uploaded through LFS (the limit is \(hub.limits.regularFileBytes))"
            )
        }
        let pointer = LFSPointer(parsing: bytes)
        let current: BlobLease
        if let lease { current = lease } else { current = try await hub.blobLease() }
        let ingest = try await hub.blobs.ingest(expectedID: nil, expectedSize: size)
        do {
            let (id, _) = try await hub.ingest.measure {
                hub.ingest.add(bytes.count)
                try await ingest.write(ByteBuffer(bytes: bytes))
                return try await ingest.finish()
            }
            return StoredFile(
                gitOID: GitObjectKind.blob.oid(of: bytes),
                sha256: id,
                size: size,
                pointsTo: pointer.map { StoredFile.LFSTarget(oid: $0.oid, size: $0.size) },
                lease: current
            )
        } catch {
            await ingest.cancel()
            throw error
        }
    }
}
