// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// What a commit points to, from the bytes git hashes; whatever else they say does not matter here.
public struct CommitLinks: Sendable, Hashable {
    public let tree: GitOID
    public let parents: [GitOID]

    /// `nil` unless the header begins with a tree, followed by any number of parents.
    public init?(parsing data: [UInt8]) {
        var tree: GitOID?
        var parents: [GitOID] = []
        for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = String(decoding: line.prefix(64), as: UTF8.self)
            if tree == nil {
                guard text.hasPrefix("tree "), let oid = GitOID(hex: text.dropFirst(5)) else { return nil }
                tree = oid
            } else if text.hasPrefix("parent ") {
                guard let oid = GitOID(hex: text.dropFirst(7)) else { return nil }
                parents.append(oid)
            } else {
                break
            }
        }
        guard let tree else { return nil }
        self.tree = tree
        self.parents = parents
    }
}
