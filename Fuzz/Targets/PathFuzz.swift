// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubHTTP

/// Names and paths: what is accepted comes back the same, and never leads out of the repo.
extension FuzzTarget {
    static let path = FuzzTarget("path", run: PathFuzz.run)
}

private enum PathFuzz {
    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let path = try? RepoPath(text) {
            precondition(path.text == text, "a path is kept as it is")
            let segments = text.split(separator: "/", omittingEmptySubsequences: false)
            precondition(!segments.contains { $0.isEmpty || $0 == "." || $0 == ".." }, "no segment leads elsewhere")
            precondition(!text.utf8.contains(0), "no NUL in a path")
        }
        if let revision = try? Revision(text) { precondition((try? Revision(revision.text)) == revision) }
        if let id = try? RepoID(text) { precondition((try? RepoID(id.description)) == id) }
        if let decoded = try? PercentCoding.decodeSegment(text) {
            let again = try? PercentCoding.decodeSegment(PercentCoding.encode(decoded))
            precondition(again == decoded, "what is encoded decodes to itself")
        }
        _ = try? QueryItems(text)
    }
}
