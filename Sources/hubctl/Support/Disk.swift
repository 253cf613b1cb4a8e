// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A system call on a file that failed.
struct DiskError: Error, Sendable, CustomStringConvertible {
    let path: String
    let code: Int32

    init(_ path: String, code: Int32 = errno) {
        self.path = path
        self.code = code
    }

    var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    var isForbidden: Bool { code == EACCES || code == EPERM || code == EROFS }
    var isFull: Bool { code == ENOSPC || code == EDQUOT }
    var description: String { "\(path): \(String(cString: strerror(code)))" }
}

/// Threads for the system calls that block: reads, hashing, fsync, renames.
enum Disk {
    private static let pool: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 8)
        pool.start()
        return pool
    }()

    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await pool.runIfActive(work)
    }
}

/// An open file, closed with its last reference. Its calls block: make them inside ``Disk/run(_:)``.
final class OpenFile: Sendable {
    let descriptor: Int32
    let path: String

    init(_ path: String, flags: Int32, mode: mode_t = 0o666) throws {
        descriptor = open(path, flags | O_CLOEXEC, mode)
        self.path = path
        guard descriptor >= 0 else { throw DiskError(path) }
    }

    static func reading(_ path: String) throws -> OpenFile { try OpenFile(path, flags: O_RDONLY) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Bytes.
    func size() throws -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw DiskError(path) }
        return Int64(status.st_size)
    }

    /// Up to `count` bytes from `offset`; fewer only at the end of the file.
    func read(at offset: Int64, count: Int) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        while buffer.readableBytes < count {
            let wanted = count - buffer.readableBytes
            let position = offset + Int64(buffer.readableBytes)
            let got = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
                var got: Int
                repeat {
                    got = pread(descriptor, space.baseAddress, wanted, off_t(position))
                } while got < 0 && errno == EINTR
                guard got >= 0 else { throw DiskError(path) }
                return got
            }
            if got == 0 { break }
        }
        return buffer
    }

    /// Writes all of `buffer` at `offset`.
    func write(_ buffer: ByteBuffer, at offset: Int64) throws {
        try buffer.withUnsafeReadableBytes { bytes in
            var done = 0
            while done < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + Int64(done)))
                if written < 0 {
                    if errno == EINTR { continue }
                    throw DiskError(path)
                }
                done += written
            }
        }
    }

    func truncate(to size: Int64) throws {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw DiskError(path) }
    }

    func sync() throws {
        guard fsync(descriptor) == 0 else { throw DiskError(path) }
    }
}
