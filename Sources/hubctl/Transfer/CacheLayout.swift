// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Where a repo's files lie in the cache that the Python libraries share.
///
/// ```
/// <cache>/
///   models--alice--vit/
///     blobs/<etag>                  the bytes, once; <etag>.incomplete while they come
///     snapshots/<commit>/<path>     relative links to blobs
///     refs/<branch or tag>          the commit it stood for last time
///   .locks/models--alice--vit/<etag>.lock
/// ```
struct CacheLayout: Sendable, Hashable {
    let cache: String
    let target: RepoTarget

    var folder: String { "\(cache)/\(target.cacheFolder)" }
    var refs: String { "\(folder)/refs" }

    func blob(_ id: ContentID) -> String { "\(folder)/blobs/\(id.hex)" }
    func incomplete(_ id: ContentID) -> String { blob(id) + ".incomplete" }
    func lock(_ id: ContentID) -> String { "\(cache)/.locks/\(target.cacheFolder)/\(id.hex).lock" }
    func snapshot(_ commit: GitOID) -> String { "\(folder)/snapshots/\(commit.hex)" }
    func pointer(_ commit: GitOID, _ path: String) -> String { "\(snapshot(commit))/\(path)" }
    func ref(_ revision: String) -> String { "\(refs)/\(revision)" }

    /// What a pointer at `path` in a snapshot holds: as many steps up as the path is deep, then down to the blob.
    static func linkText(_ path: String, _ id: ContentID) -> String {
        let depth = path.utf8.count(where: { $0 == UInt8(ascii: "/") })
        return String(repeating: "../", count: depth + 2) + "blobs/\(id.hex)"
    }

    /// Makes the pointer at `path`. Blocks: call it inside ``Disk/run(_:)``.
    func link(_ commit: GitOID, _ path: String, _ id: ContentID) throws {
        let pointer = pointer(commit, path)
        if let folder = Files.folder(of: pointer) { try Files.makeFolder(folder) }
        if try Files.status(pointer) == nil { try Files.link(pointer, to: Self.linkText(path, id)) }
    }

    /// Notes what a branch or tag stands for. Blocks.
    func note(_ revision: String, _ commit: GitOID) throws {
        guard revision != commit.hex else { return }
        let path = ref(try Revision(revision).text)
        if try Files.text(path) != commit.hex { try Files.writeText(commit.hex, to: path) }
    }
}
