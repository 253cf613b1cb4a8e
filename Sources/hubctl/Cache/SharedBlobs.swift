// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// The store that huggingface_hub 2 keeps beside the repos of a cache, in which a file that several repos have lies once.
///
/// ```
/// <cache>/blobs/
///   .huggingface-shared-blobs        "1"
///   1f/1f0a…                         the bytes, by Xet hash
///   1f/1f0a….refs                    the repos' blobs that are links to it, a path a line, from <cache>
///   1f/1f0a….lock
/// ```
///
/// hubctl reads files through the links and frees what a prune leaves without any; it adds nothing to the store. The calls
/// block.
struct SharedBlobs: Sendable {
    let cache: String

    /// Where the link at `blob` points, if it is one into the store.
    func target(ofBlob blob: String) throws -> String? {
        guard try Files.status(blob, followingLinks: false)?.isLink == true else { return nil }
        let parts = try Files.linkTarget(blob).split(separator: "/")
        guard let hash = parts.last, parts.count >= 3, parts.dropLast(2).last == "blobs",
            parts.dropLast().last == hash.prefix(2), BlobID(hex: String(hash)) != nil
        else { return nil }
        let path = "\(cache)/blobs/\(hash.prefix(2))/\(hash)"
        return try Files.status(path, followingLinks: false)?.isFile == true ? path : nil
    }

    /// The blobs that are links to `entry`, of those that its list names; `nil` when it has no list, and nobody can know.
    func references(to entry: String) throws -> Set<String>? {
        guard let list = try Files.text(entry + ".refs") else { return nil }
        var found: Set<String> = []
        for line in list.split(separator: "\n") {
            guard !line.hasPrefix("/"), !line.split(separator: "/").contains("..") else { continue }
            let blob = "\(cache)/\(line)"
            if try target(ofBlob: blob) == entry { found.insert(blob) }
        }
        return found
    }

    /// Deletes an entry that nothing links to any more, and gives its size.
    func sweep(_ entry: String) throws -> Int64 {
        guard let lock = try FileLock.attempt(entry + ".lock") else { return 0 }
        defer { lock.release() }
        guard try references(to: entry)?.isEmpty == true, let status = try Files.status(entry) else { return 0 }
        try Files.remove(entry)
        try Files.remove(entry + ".refs")
        return status.size
    }
}
