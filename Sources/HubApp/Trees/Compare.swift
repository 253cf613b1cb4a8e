// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

extension TreeService {
    /// Texts larger than this (bytes) are named, not shown, as binary files are.
    private static let comparedFileBytes: Int64 = 1 << 20
    /// A longer difference is refused, in bytes.
    private static let differenceBytes = 32 << 20

    /// The difference of two revisions: what `git diff base head` prints, LFS files as their pointers.
    /// - Parameter raw: a line for each file instead, as `git diff --raw` has it.
    /// - Throws: ``HubError/Code/tooLarge`` for a difference that is too long to be of use.
    public func compare(
        _ kind: RepoKind,
        _ id: RepoID,
        base: Revision,
        head: Revision,
        raw: Bool,
        viewer: Viewer
    ) async throws -> [UInt8] {
        let found = try await changes(kind, id, base: base, head: head, withObjects: !raw, viewer: viewer)
        var out: [UInt8] = []
        for change in found.files {
            if raw {
                out += Array(Self.rawLine(change).utf8)
            } else {
                let old = try await side(change.old, found.objects)
                let new = try await side(change.new, found.objects)
                UnifiedDiff(path: change.path, old: old, new: new).write(into: &out)
            }
            guard out.count <= Self.differenceBytes else {
                let advice = raw ? "" : "; ask for the files alone with ?raw=true"
                throw HubError(.tooLarge, "\(base.text) and \(head.text) differ in too much to be shown\(advice)")
            }
        }
        return out
    }

    /// The files that differ between two revisions.
    struct RevisionChanges: Sendable {
        let base: GitOID
        let head: GitOID
        let files: [TreeChange]
        /// What the files' ids stand for.
        let objects: [GitOID: FileObjectRecord]
    }

    /// - Parameter limit: of files.
    /// - Throws: ``HubError/Code/tooLarge`` for more.
    func changes(
        _ kind: RepoKind,
        _ id: RepoID,
        base: Revision,
        head: Revision,
        withObjects: Bool = true,
        limit: Int = .max,
        viewer: Viewer
    ) async throws -> RevisionChanges {
        try await hub.store.read { tx in
            let repo = try tx.repo(kind, id, for: viewer, .readFiles)
            let (old, new) = (try tx.resolve(base, in: repo), try tx.resolve(head, in: repo))
            let files = try TreeReader(tx).changes(from: old.tree, to: new.tree)
            guard files.count <= limit else {
                throw HubError(
                    .tooLarge,
                    "\(base.text) and \(head.text) differ in \(files.count) files; at most \(limit) are shown"
                )
            }
            let oids = withObjects ? Set(files.flatMap { [$0.old?.oid, $0.new?.oid] }.compactMap(\.self)) : []
            return RevisionChanges(base: old.oid, head: new.oid, files: files, objects: try tx.fileObjects(oids))
        }
    }

    /// - Returns: without the text of files that are too large to be compared.
    func side(
        _ entry: TreeObject.Entry?,
        _ objects: [GitOID: FileObjectRecord]
    ) async throws -> UnifiedDiff.Side? {
        guard let entry else { return nil }
        var text: [UInt8]?
        if let file = objects[entry.oid] {
            if file.isLFS {
                text = LFSPointer(oid: file.sha256, size: file.size).data
            } else if file.size <= Self.comparedFileBytes {
                text = try await hub.blobs.open(file.sha256).prefix(Int(clamping: file.size))
            }
        }
        return UnifiedDiff.Side(mode: entry.mode, oid: entry.oid, text: text)
    }

    private static func rawLine(_ change: TreeChange) -> String {
        let none = String(repeating: "0", count: 40)
        let letter =
            switch (change.old, change.new) {
            case (nil, _): "A"
            case (_, nil): "D"
            default: "M"
            }
        let modes = "\(change.old?.mode.rawValue ?? "000000") \(change.new?.mode.rawValue ?? "000000")"
        return ":\(modes) \(change.old?.oid.hex ?? none) \(change.new?.oid.hex ?? none) \(letter)\t"
            + UnifiedDiff.name(change.path) + "\n"
    }
}
