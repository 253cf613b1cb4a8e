// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

/// A file to be pushed.
struct LocalFile: Sendable, Hashable {
    /// Where it lies on this machine.
    let source: String
    /// Its path in the repo.
    let path: String
    /// Bytes, when it was found.
    let size: Int64

    /// The files of a folder, or one file, in byte order of their paths in the repo.
    ///
    /// Links to files are followed, links to folders are not. Blocks: call it inside ``Disk/run(_:)``.
    /// Throws ``CommandFailure`` when `source` is not there, and for names a repo cannot have.
    static func find(_ source: String, in prefix: String, filter: FileFilter) throws -> [LocalFile] {
        guard let status = try Files.status(source) else {
            throw CommandFailure("\(source): no such file or folder")
        }
        let ignore = FileFilter(include: [], exclude: FileFilter.neverPushed)
        guard status.isFolder else {
            let name = source.split(separator: "/").last.map(String.init) ?? source
            let path = prefix.isEmpty ? name : prefix
            return [LocalFile(source: source, path: try checked(path), size: status.size)]
        }
        let root = source.count > 1 && source.hasSuffix("/") ? String(source.dropLast()) : source
        var found: [LocalFile] = []
        var folders = [""]
        while let folder = folders.popLast() {
            for name in try Files.names(in: folder.isEmpty ? root : "\(root)/\(folder)") {
                let relative = folder.isEmpty ? name : "\(folder)/\(name)"
                guard ignore.admits(relative) else { continue }
                let full = "\(root)/\(relative)"
                guard let here = try Files.status(full, followingLinks: false) else { continue }
                if here.isFolder {
                    folders.append(relative)
                    continue
                }
                // A link that leads nowhere is left out like the file it stands for.
                guard let target = try Files.status(full), target.isFile, filter.admits(relative) else { continue }
                let path = prefix.isEmpty ? relative : "\(prefix)/\(relative)"
                found.append(LocalFile(source: full, path: try checked(path), size: target.size))
            }
        }
        return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private static func checked(_ path: String) throws -> String {
        do {
            return try RepoPath(path).text
        } catch let error as HubError {
            throw CommandFailure(error.message, hint: "rename it, or leave it out with --exclude")
        }
    }

    /// The first 512 bytes: what a server looks at to tell text from binary.
    func sample() throws -> [UInt8] {
        Array(try OpenFile.reading(source).read(at: 0, count: 512).readableBytesView)
    }

    /// The digest of its content. Blocks: call it inside ``Disk/run(_:)``.
    func digest(large: Bool, progress: (Int) -> Void) throws -> ContentID {
        let file = try OpenFile.reading(source)
        guard try file.size() == size else { throw changed }
        var hasher = large ? ContentHasher.sha256 : ContentHasher.git(size: size)
        try hasher.update(file, to: size, progress: progress)
        return hasher.finish()
    }

    var changed: CommandFailure {
        CommandFailure("\(source) changed while it was being pushed", hint: "run this again when nothing writes to it")
    }
}
