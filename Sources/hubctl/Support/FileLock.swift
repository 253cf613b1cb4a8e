// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A `flock` on a file of its own, as Python's filelock takes it: one process at a time per blob. Held until released.
final class FileLock: Sendable {
    private let file: OpenFile

    private init(_ file: OpenFile) { self.file = file }

    /// The lock, or `nil` while another process has it. Blocks only for the file system.
    static func attempt(_ path: String) throws -> FileLock? {
        if let folder = Files.folder(of: path) { try Files.makeFolder(folder) }
        let file = try OpenFile(path, flags: O_RDWR | O_CREAT, mode: 0o644)
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK || errno == EINTR { return nil }
            // A file system without locks: huggingface_hub goes on without one too.
            if errno == ENOTSUP || errno == ENOSYS || errno == ENOLCK { return FileLock(file) }
            throw DiskError(path)
        }
        return FileLock(file)
    }

    /// Waits for the lock; `whenBusy` is called once if another process has it.
    static func hold(_ path: String, whenBusy: () -> Void) async throws -> FileLock {
        var wasBusy = false
        while true {
            if let lock = try await Disk.run({ try attempt(path) }) { return lock }
            if !wasBusy { whenBusy() }
            wasBusy = true
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    func release() { flock(file.descriptor, LOCK_UN) }
}
