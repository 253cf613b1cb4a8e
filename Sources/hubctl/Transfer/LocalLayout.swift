// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where `--local-dir` keeps real files, and its notes about them, as huggingface_hub does.
///
/// ```
/// <folder>/
///   <path>
///   .cache/huggingface/download/<path>.metadata     commit, etag, time: one a line
///   .cache/huggingface/download/<path>.lock
///   .cache/huggingface/download/<hash>.<etag>.incomplete
/// ```
struct LocalLayout: Sendable, Hashable {
    let folder: String

    var notes: String { "\(folder)/.cache/huggingface" }

    func file(_ path: String) -> String { "\(folder)/\(path)" }
    func metadata(_ path: String) -> String { "\(notes)/download/\(path).metadata" }
    func lock(_ path: String) -> String { "\(notes)/download/\(path).lock" }

    func incomplete(_ path: String, _ id: ContentID) -> String {
        let name = (path.split(separator: "/").last.map(String.init) ?? path) + ".metadata"
        let hash = Data(Insecure.SHA1.hash(data: Array(name.utf8))).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_")
        return "\(Files.folder(of: metadata(path)) ?? notes)/\(hash).\(id.hex).incomplete"
    }

    /// Makes the folder of notes, which keeps itself out of git. Blocks: call it inside ``Disk/run(_:)``.
    func prepare() throws {
        try Files.makeFolder(notes + "/download")
        let ignore = notes + "/.gitignore"
        if try Files.status(ignore) == nil { try Files.writeText("*", to: ignore) }
    }

    /// The etag noted for `path`, if the file is still as it was then. Blocks.
    func notedETag(_ path: String) throws -> String? {
        guard let text = try Files.text(metadata(path)), let file = try Files.status(file(path)) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 3, let time = Double(lines[2]), file.modified - 1 <= time else { return nil }
        return String(lines[1])
    }

    /// Blocks.
    func note(_ path: String, commit: GitOID, _ id: ContentID, now: Double) throws {
        try Files.writeText("\(commit.hex)\n\(id.hex)\n\(now)\n", to: metadata(path))
    }
}
