// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What `stat` says.
struct FileStatus: Sendable {
    /// In bytes.
    let size: Int64
    /// Bytes on disk: less than ``size`` for a sparse file.
    let allocated: Int64
    let modified: Timestamp
    let device: UInt64
    let isRegular: Bool
    let isFolder: Bool

    init(_ status: stat) {
        size = Int64(status.st_size)
        allocated = Int64(status.st_blocks) * 512
        #if os(Linux)
        let time = status.st_mtim
        #else
        let time = status.st_mtimespec
        #endif
        modified = Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        device = UInt64(truncatingIfNeeded: status.st_dev)
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isFolder = status.st_mode & S_IFMT == S_IFDIR
    }
}

extension HubError {
    /// The `errno` beneath, if a system call was.
    var errnoCode: CInt? { (cause as? IOError)?.errnoCode }
}

/// System calls on paths.
///
/// All may wait for a disk: call them on the ``DiskPool`` only.
enum FileSystem {
    /// `nil` if there is nothing; does not follow a symbolic link.
    static func status(_ path: String) throws(HubError) -> FileStatus? {
        var status = stat()
        let isFound = try found("lstat \(path)") { lstat(path, &status) }
        return isFound ? FileStatus(status) : nil
    }

    /// Makes one folder; `false` if it was there.
    static func makeFolder(_ path: String) throws(HubError) -> Bool {
        do {
            _ = try posix("mkdir \(path)") { mkdir(path, 0o750) }
            return true
        } catch  where error.errnoCode == EEXIST {
            return false
        }
    }

    /// Makes a folder and those above it.
    static func makeFolders(_ path: String) throws(HubError) {
        if try status(path) != nil { return }
        let parent = parent(of: path)
        if parent != path { try makeFolders(parent) }
        if try makeFolder(path) { try syncFolder(parent) }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func move(_ path: String, to target: String) throws(HubError) {
        _ = try posix("rename \(path) \(target)") { rename(path, target) }
    }

    /// Gives a file one more name; `false` where that cannot be: across file systems, or without support for it.
    static func link(_ path: String, to target: String) throws(HubError) -> Bool {
        do {
            _ = try posix("link \(path) \(target)") { Glibc.link(path, target) }
            return true
        } catch {
            switch error.errnoCode {
            case EXDEV, EPERM, EMLINK, EOPNOTSUPP: return false
            default: throw error
            }
        }
    }

    /// Removes a file; `false` if there was none.
    @discardableResult
    static func remove(_ path: String) throws(HubError) -> Bool {
        try found("unlink \(path)") { unlink(path) }
    }

    /// Removes a folder and the files in it (our folders to be removed have no folders in them).
    static func removeFolder(_ path: String) throws(HubError) {
        for name in try list(path) { try remove(BlobLayout.entry(name, in: path)) }
        _ = try found("rmdir \(path)") { rmdir(path) }
    }

    /// Sets the time of change to now; `false` if there is no such file.
    static func touch(_ path: String) throws(HubError) -> Bool {
        try found("utimensat \(path)") { utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) }
    }

    /// The names in a folder, without `.` and `..`; none if there is no such folder.
    static func list(_ path: String) throws(HubError) -> [String] {
        guard let folder = opendir(path) else {
            let code = errno
            if code == ENOENT { return [] }
            throw .fileSystem(code, "opendir \(path)")
        }
        defer { _ = closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else {
                let code = errno
                if code != 0 { throw .fileSystem(code, "readdir \(path)") }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// Makes the entries of a folder durable.
    static func syncFolder(_ path: String) throws(HubError) {
        try FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY).sync()
    }

    /// Bytes and inodes that are left to us; inodes are `nil` where the file system does not count them.
    static func space(_ path: String) throws(HubError) -> (bytes: Int64, inodes: Int64?) {
        var space = statvfs()
        _ = try posix("statvfs \(path)") { statvfs(path, &space) }
        let (bytes, overflow) = Int64(clamping: space.f_bavail)
            .multipliedReportingOverflow(by: Int64(clamping: space.f_frsize))
        return (overflow ? .max : bytes, space.f_files == 0 ? nil : Int64(clamping: space.f_favail))
    }

    /// Runs a system call; `false` if it says that there is no such file.
    private static func found(_ call: @autoclosure () -> String, _ body: () -> CInt) throws(HubError) -> Bool {
        do {
            _ = try posix(call(), body)
            return true
        } catch  where error.errnoCode == ENOENT {
            return false
        }
    }
}
