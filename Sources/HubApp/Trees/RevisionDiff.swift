// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

extension TreeService {
    /// Files in one answer.
    private static let comparedFiles = 10_000
    /// Text of all files together, in bytes; the texts of what comes after are left out.
    private static let shownTextBytes = 8 << 20

    /// The difference of two revisions, file by file, and tensor by tensor for safetensors files.
    /// - Parameters:
    ///   - texts: whether to add the difference of text files as text.
    ///   - tensors: whether to compare the tensors of safetensors files, which means reading them.
    /// - Throws: ``HubError/Code/tooLarge`` for more files than can be shown.
    public func differences(
        _ kind: RepoKind,
        _ id: RepoID,
        base: Revision,
        head: Revision,
        texts: Bool,
        tensors: Bool,
        viewer: Viewer
    ) async throws -> JSONValue {
        let found = try await changes(
            kind,
            id,
            base: base,
            head: head,
            limit: Self.comparedFiles,
            viewer: viewer
        )
        var files: [JSONValue] = []
        var room = Self.shownTextBytes
        for change in found.files {
            files.append(.object(try await file(change, found.objects, texts: texts, room: &room)))
        }
        var answer: JSONObject = [
            "base": .string(found.base.hex), "head": .string(found.head.hex), "files": .array(files),
        ]
        if tensors { answer["tensors"] = try await TensorDiff(hub: hub, found.files, found.objects).json() }
        return .object(answer)
    }

    private func file(
        _ change: TreeChange,
        _ objects: [GitOID: FileObjectRecord],
        texts: Bool,
        room: inout Int
    ) async throws -> JSONObject {
        let status =
            switch (change.old, change.new) {
            case (nil, _): "added"
            case (_, nil): "deleted"
            default: "modified"
            }
        var json: JSONObject = ["path": .string(change.path), "status": .string(status)]
        var isText = true
        for (side, entry) in [("old", change.old), ("new", change.new)] {
            guard let entry else { continue }
            var facts: JSONObject = ["oid": .string(entry.oid.hex), "mode": .string(entry.mode.rawValue)]
            if let object = objects[entry.oid] {
                facts["size"] = .int(object.size)
                if object.isLFS { facts["lfs"] = .string(object.sha256.hex) }
                isText = isText && !object.isLFS
            }
            json[side] = .object(facts)
        }
        guard texts, isText else { return json }
        let old = try await side(change.old, objects)
        let new = try await side(change.new, objects)
        guard let before = old.map(\.text) ?? [], let after = new.map(\.text) ?? [] else {
            json["diffIsLeftOut"] = true
            return json
        }
        guard !before.contains(0), !after.contains(0) else {
            json["binary"] = true
            return json
        }
        var text: [UInt8] = []
        UnifiedDiff(path: change.path, old: old, new: new).write(into: &text)
        let counts = Self.lineCounts(text)
        json["additions"] = .int(counts.added)
        json["deletions"] = .int(counts.removed)
        if text.count <= room {
            room -= text.count
            json["diff"] = .string(String(decoding: text, as: UTF8.self))
        } else {
            json["diffIsLeftOut"] = true
        }
        return json
    }

    /// Lines that a difference adds and takes away.
    private static func lineCounts(_ text: [UInt8]) -> (added: Int64, removed: Int64) {
        var (added, removed): (Int64, Int64) = (0, 0)
        // Before the first hunk, signs mark the files' names.
        let hunks = text.split(separator: UInt8(ascii: "\n")).drop { !$0.starts(with: "@@ ".utf8) }
        for line in hunks {
            if line.first == UInt8(ascii: "+") { added += 1 }
            if line.first == UInt8(ascii: "-") { removed += 1 }
        }
        return (added, removed)
    }
}
