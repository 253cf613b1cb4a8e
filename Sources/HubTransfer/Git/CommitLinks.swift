// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// What a commit points to and when it was made, from the bytes git hashes; whatever else they say does not matter here.
public struct CommitLinks: Sendable, Hashable {
    public let tree: GitOID
    public let parents: [GitOID]
    /// The committer's time in seconds since the epoch; 0 where there is none to be read.
    public let committedAt: Int64

    /// `nil` unless the header begins with a tree, followed by any number of parents.
    public init?(parsing data: [UInt8]) {
        guard let links = data.withUnsafeBytes({ CommitLinks(parsing: $0) }) else { return nil }
        self = links
    }

    /// `nil` unless the header begins with a tree, followed by any number of parents.
    public init?(parsing data: UnsafeRawBufferPointer) {
        var rest = data[...]
        guard let tree = Self.takeID("tree ", from: &rest) else { return nil }
        var parents: [GitOID] = []
        while rest.starts(with: "parent ".utf8) {
            guard let parent = Self.takeID("parent ", from: &rest) else { return nil }
            parents.append(parent)
        }
        self.tree = tree
        self.parents = parents
        committedAt = Self.time(in: rest)
    }

    /// A line of a word and an id, off the front.
    private static func takeID(_ word: String, from rest: inout Slice<UnsafeRawBufferPointer>) -> GitOID? {
        guard rest.starts(with: word.utf8) else { return nil }
        let digits = rest.dropFirst(word.utf8.count).prefix(GitOID.byteCount * 2)
        let after = rest.dropFirst(word.utf8.count + GitOID.byteCount * 2)
        guard after.first == UInt8(ascii: "\n"),
            let oid = GitOID(hex: String(decoding: digits, as: UTF8.self))
        else { return nil }
        rest = after.dropFirst()
        return oid
    }

    /// `committer NAME <EMAIL> SECONDS ZONE`
    private static func time(in header: Slice<UnsafeRawBufferPointer>) -> Int64 {
        var rest = header
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")), end > rest.startIndex {
            let line = rest[..<end]
            if line.starts(with: "committer ".utf8) {
                guard let close = line.lastIndex(of: UInt8(ascii: ">")) else { return 0 }
                let words = line[(close + 1)...].split(separator: UInt8(ascii: " "))
                return words.first.flatMap { Int64(String(decoding: $0, as: UTF8.self)) } ?? 0
            }
            rest = rest[(end + 1)...]
        }
        return 0
    }
}
