// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
public import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How a blob came from one store to another.
public enum BlobTransfer: Sendable, Hashable {
    /// It was there already.
    case present
    /// As another name of the same file: no bytes were copied.
    case linked
    /// Byte by byte, with its digest checked.
    case copied
}

extension LocalBlobStore {
    /// Gives a blob to another store. Durable after that store's ``syncAll()``.
    /// - Parameter links: whether one file with two names will do, where the file system can.
    /// - Throws: ``HubError/Code/corrupt`` if the blob is not there with that size and, when copied, its digest.
    public func give(_ id: BlobID, size: Int64, to other: LocalBlobStore, links: Bool) async throws -> BlobTransfer {
        let (source, target) = (files, other.files)
        return try await pool.run { try source.give(id, size: size, to: target, links: links) }
    }

    /// Makes everything in the store's file system durable.
    public func syncAll() async throws { try await pool.run { sync() } }
}

extension BlobFiles {
    func give(_ id: BlobID, size: Int64, to other: BlobFiles, links: Bool) throws -> BlobTransfer {
        guard let found = try self.size(of: id), found == size else {
            throw HubError(.corrupt, "The blob \(id) is not there with \(size) bytes: run 'hubctl admin verify'")
        }
        let path = layout.blob(id)
        let target = other.layout.blob(id)
        if try other.size(of: id) == size { return .present }
        let folders = other.layout.folders(of: id)
        for folder in [folders.outer, folders.inner] { _ = try FileSystem.makeFolder(folder) }
        // Of another size: a leftover, or damaged.
        try FileSystem.remove(target)
        if links, try FileSystem.link(path, to: target) { return .linked }
        let temporary = other.layout.temporary(BlobLayout.temporaryName())
        do {
            try copy(path, to: temporary, id: id)
            try FileSystem.move(temporary, to: target)
        } catch {
            // The first error is the finding; the sweep takes what cannot be removed now.
            _ = try? FileSystem.remove(temporary)
            throw error
        }
        return .copied
    }

    private func copy(_ path: String, to temporary: String, id: BlobID) throws {
        let source = try FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW)
        let target = try FileDescriptor(opening: temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var hash = SHA256()
        var offset: Int64 = 0
        while true {
            let count = try source.read(into: buffer, at: offset)
            guard count > 0 else { break }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer.prefix(count))
            hash.update(bufferPointer: bytes)
            try target.write(bytes, at: offset)
            offset += Int64(count)
        }
        guard BlobID(bytes: Array(hash.finalize())) == id else {
            throw HubError(.corrupt, "The bytes of the blob \(id) are damaged: run 'hubctl admin verify'")
        }
        try target.setMode(0o444)
    }
}
