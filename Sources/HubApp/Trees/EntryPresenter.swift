// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// Tree entries in the hub's JSON.
struct EntryPresenter {
    let tx: ReadTransaction
    let reader: TreeReader
    let repo: RepoRecord
    let commit: CommitRecord
    let showsSecrets: Bool

    /// - Parameter expand: also say which commit last changed each entry, and what scans found in it.
    func json(_ entries: [LocatedEntry], expand: Bool) throws -> JSONValue {
        let objects = try tx.fileObjects(entries.filter { !$0.entry.isFolder }.map(\.entry.oid))
        let last =
            expand ? try LastCommits(tx: tx, reader: reader, repo: repo).find(entries, from: commit) : [:]
        let hashes = try tx.xetHashes(of: objects.values.filter(\.isLFS).map(\.sha256))
        let scans = expand ? try tx.scans(objects.values.map(\.sha256)) : [:]
        let scanPresenter = ScanPresenter(showsSecrets: showsSecrets)
        return .array(
            try entries.map { located in
                var json: JSONObject = ["type": .string(located.entry.isFolder ? "directory" : "file")]
                json["oid"] = .string(located.entry.oid.hex)
                json["size"] = 0
                json["path"] = .string(located.path)
                if !located.entry.isFolder { try describe(located, objects[located.entry.oid], hashes, in: &json) }
                if expand, let commit = last[located.path] {
                    json["lastCommit"] = [
                        "id": .string(commit.oid.hex), "title": .string(commit.title),
                        "date": .string(commit.committedAt.iso8601),
                    ]
                }
                if expand, let file = objects[located.entry.oid] {
                    json["securityFileStatus"] = try scanPresenter.fileStatus(scans[file.sha256])
                }
                return .object(json)
            }
        )
    }

    private func describe(
        _ located: LocatedEntry,
        _ file: FileObjectRecord?,
        _ hashes: [BlobID: XetHash],
        in json: inout JSONObject
    ) throws {
        // A submodule has no bytes here.
        guard located.entry.mode != .submodule else { return }
        guard let file else {
            throw HubError(.corrupt, "The file \(located.path) is missing from the metadata database")
        }
        json["size"] = .int(file.size)
        if let pointerSize = file.pointerSize {
            json["lfs"] = [
                "oid": .string(file.sha256.hex), "size": .int(file.size), "pointerSize": .int(pointerSize),
            ]
            if let hash = hashes[file.sha256] { json["xetHash"] = .string(hash.description) }
        }
    }
}
