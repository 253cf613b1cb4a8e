// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// What a backup or restore brought over.
public struct BackupReport: Sendable, Hashable {
    /// All that are in the copy now.
    public internal(set) var blobs: Int64 = 0
    /// Of all blobs.
    public internal(set) var bytes: Int64 = 0
    /// Blobs that came over this time as further names of the same files.
    public internal(set) var linked: Int64 = 0
    /// Blobs that came over this time byte by byte.
    public internal(set) var copied: Int64 = 0
    public internal(set) var copiedBytes: Int64 = 0
    /// Blobs on record as damaged, which are in no copy.
    public internal(set) var damaged: Int64 = 0
    /// Blobs of earlier backups that nothing names any more, and that were removed.
    public internal(set) var pruned: Int64 = 0
    public internal(set) var milliseconds: Int64 = 0

    var object: JSONObject {
        [
            "blobs": .int(blobs), "bytes": .int(bytes), "linked": .int(linked), "copied": .int(copied),
            "copiedBytes": .int(copiedBytes), "damaged": .int(damaged), "pruned": .int(pruned),
            "milliseconds": .int(milliseconds),
        ]
    }

    public var json: JSONValue { .object(object) }
}
