// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension BlobFiles {
    /// Makes the folders that are missing and checks that a file can be moved from `ingest/` to `blobs/` in one step.
    /// - Throws: ``HubError/Code/unavailable`` when the two are on different file systems or cannot be written to.
    func prepare() throws {
        try FileSystem.makeFolders(layout.dataFolder)
        for folder in layout.fixedFolders { try FileSystem.makeFolders(folder) }

        let blobs = try FileSystem.status(layout.digests)
        let ingest = try FileSystem.status(layout.ingest)
        guard let blobs, let ingest, blobs.device == ingest.device else { throw HubError.differentFileSystems(layout) }

        // Two mounts of one device have one number and still refuse a rename: so try it.
        let name = BlobLayout.temporaryName()
        let source = layout.temporary(name)
        let target = layout.probe(name)
        do {
            _ = try FileDescriptor(opening: source, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            try FileSystem.move(source, to: target)
            try FileSystem.remove(target)
        } catch {
            // The first error says what is wrong; a leftover probe is an empty file.
            _ = try? FileSystem.remove(source)
            _ = try? FileSystem.remove(target)
            throw error.errnoCode == EXDEV ? HubError.differentFileSystems(layout) : error
        }
    }

    /// Writes, syncs and removes a small file and looks at what room is left.
    func checkHealth(minimumFreeBytes: Int64) throws {
        let path = layout.temporary(BlobLayout.temporaryName())
        let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        do {
            try [UInt8](repeating: 0x5A, count: 4096).withUnsafeBytes { try file.write($0, at: 0) }
            try file.syncData()
        } catch {
            // The first error is the finding; the sweep takes what cannot be removed now.
            _ = try? FileSystem.remove(path)
            throw error
        }
        try FileSystem.remove(path)

        let space = try FileSystem.space(layout.ingest)
        guard space.bytes >= minimumFreeBytes else {
            throw HubError(.storageFull, "The hub's disk has \(space.bytes) bytes left, less than \(minimumFreeBytes)")
        }
        if let inodes = space.inodes, inodes <= 0 { throw HubError(.storageFull, "The hub's disk has no inodes left") }
    }
}

extension HubError {
    fileprivate static func differentFileSystems(_ layout: BlobLayout) -> HubError {
        HubError(
            .unavailable,
            "\(layout.ingest) and \(layout.blobs) must be folders of one file system, as files are renamed between them"
        )
    }
}
