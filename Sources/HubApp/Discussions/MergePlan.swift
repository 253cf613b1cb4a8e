// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer

/// What merging one commit's files into another's would do, file by file.
struct MergePlan: Sendable {
    /// Files that only the incoming side has changed: what is to be there, nothing for a file that goes.
    var incoming: [String: TreeObject.Entry?] = [:]
    /// Texts that both have changed, to be merged line by line.
    var texts: [Text] = []
    /// Files that cannot be merged.
    var conflicts: [String] = []

    struct Text: Sendable {
        let path: String
        let mode: TreeObject.Entry.Mode
        let base: FileObjectRecord
        let ours: FileObjectRecord
        let theirs: FileObjectRecord
    }

    /// Texts larger than this (bytes) are not merged line by line.
    private static let textBytes: Int64 = 1 << 20

    /// - Parameters:
    ///   - base: the tree both began with.
    ///   - ours: the branch's tree.
    ///   - theirs: the incoming one.
    init(base: GitOID?, ours: GitOID, theirs: GitOID, _ tx: ReadTransaction) throws {
        let reader = TreeReader(tx)
        let mine = Dictionary(try reader.changes(from: base, to: ours).map { ($0.path, $0) }) { first, _ in first }
        let other = try reader.changes(from: base, to: theirs)
        let added = Set(mine.values.filter { $0.new != nil }.map(\.path))
        let folders = Set(added.flatMap(Self.folders))
        for change in other {
            guard let own = mine[change.path] else {
                // A file where the branch has a folder by now, or the other way round.
                let isBlocked =
                    change.new != nil
                    && (folders.contains(change.path) || Self.folders(of: change.path).contains(where: added.contains))
                if isBlocked { conflicts.append(change.path) } else { incoming[change.path] = .some(change.new) }
                continue
            }
            guard own.new != change.new else { continue }
            if let text = try Self.text(own, change, tx) { texts.append(text) } else { conflicts.append(change.path) }
        }
    }

    /// The folders a file lies in.
    private static func folders(of path: String) -> [String] {
        var folders: [String] = []
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            folders.append(String(rest))
        }
        return folders
    }

    private static func text(_ own: TreeChange, _ change: TreeChange, _ tx: ReadTransaction) throws -> Text? {
        guard let old = change.old, let ours = own.new, let theirs = change.new else { return nil }
        let entries = [old, ours, theirs]
        guard entries.allSatisfy({ $0.mode == .file || $0.mode == .executable }) else { return nil }
        let files = try tx.fileObjects(entries.map(\.oid))
        guard let base = files[old.oid], let left = files[ours.oid], let right = files[theirs.oid] else { return nil }
        guard [base, left, right].allSatisfy({ !$0.isLFS && $0.size <= textBytes }) else { return nil }
        return Text(
            path: change.path,
            mode: ours.mode == old.mode ? theirs.mode : ours.mode,
            base: base,
            ours: left,
            theirs: right
        )
    }
}

extension Hub {
    /// The text both sides' changes make together; `nil` where they are in each other's way.
    func merged(_ text: MergePlan.Text) async throws -> [UInt8]? {
        var sides: [[UInt8]] = []
        for file in [text.base, text.ours, text.theirs] {
            sides.append(try await blobs.open(file.sha256).prefix(Int(clamping: file.size)))
        }
        guard sides.count == 3, !sides.contains(where: { $0.contains(0) }) else { return nil }
        return LineMerge.merge(base: sides[0], ours: sides[1], theirs: sides[2])
    }
}
