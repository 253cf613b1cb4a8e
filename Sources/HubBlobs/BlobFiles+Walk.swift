// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Synchronization

/// Listing and sweeping; all calls run on the ``DiskPool``.
extension BlobFiles {
    /// The names `ab` that are there.
    func outerFolders() throws -> [String] { try FileSystem.list(layout.digests).filter(Self.isShard) }

    /// The names `cd` within `ab`.
    func innerFolders(of outer: String) throws -> [String] {
        try FileSystem.list(layout.outerFolder(outer)).filter(Self.isShard)
    }

    /// The blobs of one inner folder: with a million blobs, about sixteen.
    ///
    /// What is no blob of that folder is passed over.
    func blobs(in inner: String, of outer: String) throws -> [(id: BlobID, size: Int64, arrived: Timestamp)] {
        let folder = layout.innerFolder(outer, inner)
        return try FileSystem.list(folder).compactMap { name in
            guard let id = BlobID(hex: name), id.hex == name, name.hasPrefix(outer + inner),
                let status = try FileSystem.status(BlobLayout.entry(name, in: folder)), status.isRegular
            else { return nil }
            return (id, status.size, status.modified)
        }
    }

    /// Removes files and folders `ingest/*.tmp` that nobody uses and that were last written to before `moment`.
    ///
    /// Returns the bytes freed.
    func removeStaleTemporaries(before moment: Timestamp) throws -> Int64 {
        var freed: Int64 = 0
        for name in try FileSystem.list(layout.ingest) where name.hasSuffix(BlobLayout.temporarySuffix) {
            if temporaries.withLock({ $0.contains(name) }) { continue }
            let path = layout.temporary(name)
            guard let status = try FileSystem.status(path), status.modified < moment else { continue }
            freed += status.isFolder ? try removeFolder(path) : status.allocated
            if !status.isFolder { try FileSystem.remove(path) }
        }
        return freed
    }

    /// Removes a folder of files; returns the bytes freed.
    func removeFolder(_ path: String) throws -> Int64 {
        let freed = try FileSystem.list(path).reduce(into: Int64(0)) { sum, name in
            sum += try FileSystem.status(BlobLayout.entry(name, in: path))?.allocated ?? 0
        }
        try FileSystem.removeFolder(path)
        return freed
    }

    private static func isShard(_ name: String) -> Bool { name.utf8.count == 2 && Hex.isHex(name) }
}
