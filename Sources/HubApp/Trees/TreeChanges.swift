// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer

/// A file that is not the same in two trees.
struct TreeChange: Sendable {
    let path: String
    let old: TreeObject.Entry?
    let new: TreeObject.Entry?
}

extension TreeReader {
    /// The files that differ, by path; folders that are the same are not looked into.
    func changes(from old: GitOID?, to new: GitOID?, prefix: String = "") throws -> [TreeChange] {
        guard old != new else { return [] }
        let before = try old.map { try tree($0).entries } ?? []
        let after = try new.map { try tree($0).entries } ?? []
        let left = Dictionary(before.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let right = Dictionary(after.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var changes: [TreeChange] = []
        for name in Set(left.keys).union(right.keys).sorted() where left[name] != right[name] {
            let path = prefix.isEmpty ? name : prefix + "/" + name
            let (old, new) = (left[name], right[name])
            let files = (old.flatMap { $0.isFolder ? nil : $0 }, new.flatMap { $0.isFolder ? nil : $0 })
            if files.0 != nil || files.1 != nil {
                changes.append(TreeChange(path: path, old: files.0, new: files.1))
            }
            let folders = (old.flatMap { $0.isFolder ? $0.oid : nil }, new.flatMap { $0.isFolder ? $0.oid : nil })
            changes += try self.changes(from: folders.0, to: folders.1, prefix: path)
        }
        return changes
    }
}
