// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Paths and folders of this machine. The calls block: make them inside ``Disk/run(_:)``.
enum Files {
    struct Status: Sendable {
        let isFolder: Bool
        let isFile: Bool
        let isLink: Bool
        /// Bytes.
        let size: Int64
        /// Seconds since 1970.
        let modified: Double
    }

    /// What lies at `path`, or `nil` when nothing does.
    static func status(_ path: String, followingLinks: Bool = true) throws -> Status? {
        var found = stat()
        guard (followingLinks ? stat(path, &found) : lstat(path, &found)) == 0 else {
            let error = DiskError(path)
            if error.isMissing { return nil }
            throw error
        }
        let kind = found.st_mode & S_IFMT
        return Status(
            isFolder: kind == S_IFDIR,
            isFile: kind == S_IFREG,
            isLink: kind == S_IFLNK,
            size: Int64(found.st_size),
            modified: Double(found.st_mtim.tv_sec) + Double(found.st_mtim.tv_nsec) / 1e9
        )
    }

    /// The names in a folder in byte order, without `.` and `..`; none when there is no such folder.
    static func names(in folder: String) throws -> [String] {
        guard let handle = opendir(folder) else {
            let error = DiskError(folder)
            if error.isMissing { return [] }
            throw error
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let parent = folder(of: path), parent != path else { throw DiskError(path) }
        try makeFolder(parent)
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw DiskError(path) }
    }

    static func folder(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func rename(_ from: String, to: String) throws {
        #if canImport(Glibc)
        let result = Glibc.rename(from, to)
        #else
        let result = Darwin.rename(from, to)
        #endif
        guard result == 0 else { throw DiskError(to) }
    }

    /// Removes a file or a link; it is no error when there is none.
    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw DiskError(path) }
    }

    /// Removes a folder with all that is in it; links are removed, never followed.
    static func removeTree(_ path: String) throws {
        guard let found = try status(path, followingLinks: false) else { return }
        guard found.isFolder else { return try remove(path) }
        for name in try names(in: path) { try removeTree(path + "/" + name) }
        guard rmdir(path) == 0 || errno == ENOENT else { throw DiskError(path) }
    }

    /// The small text file at `path`, or `nil` when there is none.
    static func text(_ path: String, limit: Int = 1 << 20) throws -> String? {
        guard try status(path) != nil else { return nil }
        return String(buffer: try OpenFile.reading(path).read(at: 0, count: limit))
    }

    /// Writes a small text file whole or not at all.
    static func writeText(_ text: String, to path: String, mode: mode_t = 0o666) throws {
        if let parent = folder(of: path) { try makeFolder(parent) }
        let temporary = path + ".\(getpid()).tmp"
        do {
            let file = try OpenFile(temporary, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
            try file.write(ByteBuffer(string: text), at: 0)
            try file.sync()
            try rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// What the link at `path` holds.
    static func linkTarget(_ path: String) throws -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(path, &bytes, bytes.count)
        guard length >= 0 else { throw DiskError(path) }
        return String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func link(_ path: String, to target: String) throws {
        guard symlink(target, path) != 0 else { return }
        guard errno == EEXIST else { throw DiskError(path) }
        try remove(path)
        guard symlink(target, path) == 0 || errno == EEXIST else { throw DiskError(path) }
    }
}
