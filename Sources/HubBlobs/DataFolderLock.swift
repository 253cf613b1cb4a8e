// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The right to be the only hubd on a data folder, kept until ``release()`` or the end of the process.
///
/// Tools that only read the database (`hubctl admin`) do without. The lock is the kernel's (`flock`): it goes with the
/// process however that ends, and the file `hub.lock` itself is never removed.
public final class DataFolderLock: Sendable {
    private let file: Mutex<FileDescriptor?>

    /// Takes the lock, making the folder if it is missing.
    ///
    /// Meant for the start of the process: does not use a pool.
    /// - Throws: ``HubError/Code/conflict`` naming the process that has it; ``HubError/Code/unavailable``.
    public init(dataFolder: String) throws {
        file = Mutex(try Self.acquire(BlobLayout(dataFolder: dataFolder)))
    }

    /// Gives the lock back; further calls do nothing.
    public func release() {
        file.withLock { $0 = nil }
    }

    private static func acquire(_ layout: BlobLayout) throws -> FileDescriptor {
        try FileSystem.makeFolders(layout.dataFolder)
        let lock = try FileDescriptor(opening: layout.lock, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o644)
        guard try lock.tryLock() else {
            let owner = try holder(lock)
            throw HubError(.conflict, "\(layout.dataFolder) is in use by \(owner); one hubd may run on a data folder")
        }
        try lock.truncate(to: 0)
        try Array("\(getpid())\n".utf8).withUnsafeBytes { try lock.write($0, at: 0) }
        return lock
    }

    /// `process 4711`, or less if the file does not (yet) say.
    private static func holder(_ file: FileDescriptor) throws -> String {
        var text = [UInt8](repeating: 0, count: 20)
        let count = try text.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        let digits = text.prefix(count).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    }
}
