// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// Something that a verification found.
public struct VerificationFinding: Sendable, Hashable {
    public enum Kind: String, Sendable {
        /// Bytes that are not what they were.
        case corrupted
        /// Something that is named and not there.
        case missing
        /// Rows that contradict one another.
        case inconsistent
    }

    public let kind: Kind
    /// In words, with the id of what it is about.
    public let text: String

    public var json: JSONValue { ["kind": .string(kind.rawValue), "text": .string(text)] }
}

/// What a verification looked at, and what it found.
public struct VerificationReport: Sendable {
    /// Findings that are kept here; all of them are counted.
    static let listed = 1000

    public internal(set) var blobs: Int64 = 0
    public internal(set) var bytes: Int64 = 0
    public internal(set) var commits: Int64 = 0
    public internal(set) var trees: Int64 = 0
    public internal(set) var files: Int64 = 0
    public internal(set) var refs: Int64 = 0
    public internal(set) var xorbs: Int64 = 0
    /// Files known in chunks.
    public internal(set) var chunkedFiles: Int64 = 0
    public internal(set) var corrupted: Int64 = 0
    public internal(set) var missing: Int64 = 0
    public internal(set) var inconsistent: Int64 = 0
    /// Blobs without a row: uploads under way, or garbage; nothing is wrong with them.
    public internal(set) var orphaned: Int64 = 0
    public internal(set) var orphanedBytes: Int64 = 0
    /// Blobs that were on record as damaged and are whole again.
    public internal(set) var healed: Int64 = 0
    public internal(set) var findings: [VerificationFinding] = []

    public var isClean: Bool { corrupted == 0 && missing == 0 && inconsistent == 0 }

    mutating func add(_ finding: VerificationFinding) {
        switch finding.kind {
        case .corrupted: corrupted += 1
        case .missing: missing += 1
        case .inconsistent: inconsistent += 1
        }
        if findings.count < Self.listed { findings.append(finding) }
    }

    public var json: JSONValue {
        var all = counts
        all["clean"] = .bool(isClean)
        all["findings"] = .array(findings.map(\.json))
        return .object(all)
    }

    var counts: JSONObject {
        [
            "blobs": .int(blobs), "bytes": .int(bytes), "commits": .int(commits), "trees": .int(trees),
            "files": .int(files), "refs": .int(refs), "xorbs": .int(xorbs),
            "chunkedFiles": .int(chunkedFiles), "corrupted": .int(corrupted), "missing": .int(missing),
            "inconsistent": .int(inconsistent), "orphaned": .int(orphaned), "orphanedBytes": .int(orphanedBytes),
            "healed": .int(healed),
        ]
    }
}
