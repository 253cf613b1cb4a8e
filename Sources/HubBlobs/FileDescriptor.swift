// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CPosix
import HubCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An open file, closed with its last reference.
///
/// All calls but ``readCached(into:at:)`` may wait for a disk.
final class FileDescriptor: Sendable {
    let number: CInt
    let path: String

    init(opening path: String, _ flags: CInt, mode: mode_t = 0) throws(HubError) {
        number = try posix("open \(path)") { open(path, flags | O_CLOEXEC, mode) }
        self.path = path
    }

    deinit { _ = close(number) }

    func status() throws(HubError) -> FileStatus {
        var status = stat()
        _ = try posix("fstat \(path)") { fstat(number, &status) }
        return FileStatus(status)
    }

    /// Writes all of `bytes` from `offset` on.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(HubError) {
        var rest = bytes[...]
        var position = offset
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = try posix("pwrite \(path)") { pwrite(number, part.baseAddress, part.count, off_t(position)) }
            rest = rest.dropFirst(count)
            position += Int64(count)
        }
    }

    /// Reads at least one byte unless `offset` is the end of the file or `buffer` is empty.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(HubError) -> Int {
        try posix("pread \(path)") { pread(number, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    /// What a read without waiting came to.
    enum CachedRead: Equatable {
        case bytes(Int)
        /// Not in the page cache: ask again where waiting is allowed.
        case mustWait
        /// This kernel or file system cannot read without waiting.
        case unsupported
    }

    /// Reads what the page cache has, at once.
    func readCached(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(HubError) -> CachedRead {
        do {
            return .bytes(
                try posix("preadv2 \(path)") {
                    hub_pread_cached(number, buffer.baseAddress, buffer.count, off_t(offset))
                }
            )
        } catch {
            return switch error.errnoCode {
            case EAGAIN: .mustWait
            case ENOSYS, EOPNOTSUPP, EINVAL: .unsupported
            default: throw error
            }
        }
    }

    /// Makes bytes and inode durable.
    func sync() throws(HubError) { _ = try posix("fsync \(path)") { fsync(number) } }

    /// Makes the bytes durable, and of the inode only what reading them back takes.
    func syncData() throws(HubError) {
        #if os(Linux)
        _ = try posix("fdatasync \(path)") { fdatasync(number) }
        #else
        try sync()
        #endif
    }

    func setMode(_ mode: mode_t) throws(HubError) { _ = try posix("fchmod \(path)") { fchmod(number, mode) } }
    func touch() throws(HubError) { _ = try posix("futimens \(path)") { futimens(number, nil) } }
    func truncate(to size: Int64) throws(HubError) {
        _ = try posix("ftruncate \(path)") { ftruncate(number, off_t(size)) }
    }

    /// Takes the kernel's lock on the file until it is closed; `false` if another process has it.
    func tryLock() throws(HubError) -> Bool {
        do {
            _ = try posix("flock \(path)") { flock(number, LOCK_EX | LOCK_NB) }
            return true
        } catch  where error.errnoCode == EWOULDBLOCK {
            return false
        }
    }

    /// Makes an empty file called `name` in this folder, durable with the folder's next ``sync()``.
    func createEntry(_ name: String, mode: mode_t) throws(HubError) {
        let entry = try posix("openat \(path) \(name)") {
            openat(number, name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode)
        }
        _ = close(entry)
    }
}
