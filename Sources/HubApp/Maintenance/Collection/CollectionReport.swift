// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// What a garbage collection removed, or would remove.
public struct CollectionReport: Sendable, Hashable {
    public let isDryRun: Bool
    public let graceSeconds: Int64
    /// Files of the blob store.
    public internal(set) var blobs: Int64 = 0
    /// Of those files.
    public internal(set) var bytes: Int64 = 0
    public internal(set) var commits: Int64 = 0
    public internal(set) var trees: Int64 = 0
    /// Entries that said which content a file of a tree has.
    public internal(set) var files: Int64 = 0
    /// Blobs that repos had brought in and no longer use; each counts once for each repo.
    public internal(set) var detached: Int64 = 0
    /// Files known in chunks.
    public internal(set) var chunkedFiles: Int64 = 0
    /// Of chunks that no file is made of any more.
    public internal(set) var xorbs: Int64 = 0
    public internal(set) var milliseconds: Int64 = 0

    init(isDryRun: Bool, graceSeconds: Int64) {
        self.isDryRun = isDryRun
        self.graceSeconds = graceSeconds
    }

    public var json: JSONValue { .object(object) }

    var object: JSONObject {
        [
            "dryRun": .bool(isDryRun), "graceSeconds": .int(graceSeconds), "blobs": .int(blobs), "bytes": .int(bytes),
            "commits": .int(commits), "trees": .int(trees), "files": .int(files), "detached": .int(detached),
            "chunkedFiles": .int(chunkedFiles), "xorbs": .int(xorbs), "milliseconds": .int(milliseconds),
        ]
    }
}

/// How far a collection is.
public enum CollectionStage: Sendable, Hashable {
    /// Repos looked through so far.
    case marking(repos: Int64)
    /// Git objects looked at so far.
    case objects(Int64)
    /// Blobs looked at so far.
    case blobs(Int64)
}
