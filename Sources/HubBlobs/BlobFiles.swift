// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The blob folder: publishes, finds and removes whole blobs.
///
/// All calls run on the ``DiskPool``.
///
/// The order that makes a published blob survive a crash: bytes and inode (`fsync`), name (`rename`), folder (`fsync`),
/// and before that the folders above, each made durable in its parent.
final class BlobFiles: Sendable {
    let layout: BlobLayout

    /// Temporary names that something open in this process uses: the sweep leaves them alone.
    let temporaries = Mutex<Set<String>>([])

    /// Folders whose entry in their parent this process has made durable; one found on disk may still be in memory only.
    private let durableFolders = Mutex<Set<String>>([])

    /// Held over look-and-rename and look-and-unlink, so that garbage collection cannot remove what an upload of the
    /// same bytes has just found to be there.
    ///
    /// Never held over an `fsync`.
    private let publishing = Mutex<Void>(())

    init(layout: BlobLayout) { self.layout = layout }

    /// The size in bytes, or `nil` if there is no such blob.
    func size(of id: BlobID) throws -> Int64? {
        guard let status = try FileSystem.status(layout.blob(id)), status.isRegular else { return nil }
        return status.size
    }

    /// Renames a complete file to its blob name, durably.
    ///
    /// If the blob is there already the file is removed instead.
    ///
    /// A blob of another size than `size` under that name can only be damaged: the good bytes take its place.
    func publish(_ file: FileDescriptor, id: BlobID, size: Int64) throws {
        if try adopt(id, size: size) {
            try FileSystem.remove(file.path)
            return
        }
        try file.setMode(0o444)
        // Garbage collection counts its grace time from here, not from when the last part arrived.
        try file.touch()
        try file.sync()
        let folder = try makeFolders(of: id)
        let wasThere = try publishing.withLock { _ in
            if try renewIfPresent(id, size: size) { return true }
            try FileSystem.move(file.path, to: layout.blob(id))
            return false
        }
        if wasThere { try FileSystem.remove(file.path) }
        try FileSystem.syncFolder(folder)
    }

    /// Whether the blob is there whole; then its grace time starts anew and its name is durable.
    func adopt(_ id: BlobID, size: Int64) throws -> Bool {
        guard try publishing.withLock({ _ in try renewIfPresent(id, size: size) }) else { return false }
        // Whoever renamed it may not have come to this yet.
        try FileSystem.syncFolder(try makeFolders(of: id))
        return true
    }

    /// Removes a blob that arrived before `moment` (any, without one); returns whether it did.
    func delete(_ id: BlobID, ifArrivedBefore moment: Timestamp?) throws -> Bool {
        let path = layout.blob(id)
        return try publishing.withLock { _ in
            if let moment {
                guard let status = try FileSystem.status(path), status.modified < moment else { return false }
            }
            return try FileSystem.remove(path)
        }
    }

    /// Moves a damaged blob to `damaged/`; returns whether there was one.
    func setAside(_ id: BlobID) throws -> Bool {
        try FileSystem.makeFolders(layout.damaged)
        let isMoved = try publishing.withLock { _ in
            guard try FileSystem.status(layout.blob(id)) != nil else { return false }
            try FileSystem.move(layout.blob(id), to: layout.damaged(id))
            return true
        }
        if isMoved {
            try FileSystem.syncFolder(layout.damaged)
            try FileSystem.syncFolder(layout.folders(of: id).inner)
        }
        return isMoved
    }

    private func renewIfPresent(_ id: BlobID, size: Int64) throws -> Bool {
        guard try self.size(of: id) == size else { return false }
        return try FileSystem.touch(layout.blob(id))
    }

    /// Makes the two folders above a blob; returns the inner one.
    private func makeFolders(of id: BlobID) throws -> String {
        let folders = layout.folders(of: id)
        try makeDurable(folders.outer, in: layout.digests)
        try makeDurable(folders.inner, in: folders.outer)
        return folders.inner
    }

    private func makeDurable(_ folder: String, in parent: String) throws {
        let made = try FileSystem.makeFolder(folder)
        if !made, durableFolders.withLock({ $0.contains(folder) }) { return }
        try FileSystem.syncFolder(parent)
        durableFolders.withLock { _ = $0.insert(folder) }
    }
}
