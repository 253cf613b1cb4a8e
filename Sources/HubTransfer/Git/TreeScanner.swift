// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// Reads a tree's bytes entry by entry without making anything of their names: for walks over whole histories.
///
/// Knows no more of an entry than where it lies; who needs names that can be trusted takes ``TreeObject``.
public struct TreeScanner {
    public struct Entry {
        /// Bytes of the whole entry.
        public let range: Range<Int>
        /// Bytes of the name.
        public let name: Range<Int>
        public let oid: GitOID
        public let isFolder: Bool
        /// Whether it is a commit of another repo, whose bytes are elsewhere.
        public let isSubmodule: Bool
    }

    public struct Malformed: Error {}

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    public mutating func next() throws(Malformed) -> Entry? {
        guard position < bytes.count else { return nil }
        var space = position
        while space < bytes.count, bytes[space] != UInt8(ascii: " ") { space += 1 }
        var end = space + 1
        while end < bytes.count, bytes[end] != 0 { end += 1 }
        guard space > position, end > space + 1, bytes.count - end > GitOID.byteCount,
            let oid = GitOID(
                rawBytes: UnsafeRawBufferPointer(rebasing: bytes[(end + 1)..<(end + 1 + GitOID.byteCount)])
            )
        else { throw Malformed() }
        let entry = Entry(
            range: position..<(end + 1 + GitOID.byteCount),
            name: (space + 1)..<end,
            oid: oid,
            // 40000, and 040000 as some very old writers had it; 160000 is the only other mode with these digits.
            isFolder: bytes[position] == UInt8(ascii: "4") || bytes[position] == UInt8(ascii: "0"),
            isSubmodule: bytes[position] == UInt8(ascii: "1") && space - position == 6
                && bytes[position + 1] == UInt8(ascii: "6")
        )
        position = entry.range.upperBound
        return entry
    }
}

/// What a tree has that another, earlier one has not.
public struct TreeDifference {
    /// Entries of the new tree that are not in the old one, each with the folder that stood at its place.
    public var folders: [(oid: GitOID, former: GitOID?)] = []
    public var files: [GitOID] = []

    /// - Parameter old: empty for none.
    public init(
        from old: UnsafeRawBufferPointer,
        to new: UnsafeRawBufferPointer
    ) throws(TreeScanner.Malformed) {
        try Self.walk(from: old, to: new) { entry, former in
            if entry.isFolder {
                folders.append((entry.oid, former))
            } else if !entry.isSubmodule {
                files.append(entry.oid)
            }
        }
    }

    /// Calls `body` with each entry of the new tree that is not in the old one, and the folder that stood at its place.
    /// - Parameter old: empty for none.
    public static func walk(
        from old: UnsafeRawBufferPointer,
        to new: UnsafeRawBufferPointer,
        _ body: (TreeScanner.Entry, _ former: GitOID?) -> Void
    ) throws(TreeScanner.Malformed) {
        var (before, after) = (TreeScanner(old), TreeScanner(new))
        var (left, right) = (try before.next(), try after.next())
        while let current = right {
            let order = left.map { Self.order($0, in: old, current, in: new) } ?? 1
            if order < 0 {
                left = try before.next()
                continue
            }
            if order > 0 {
                body(current, nil)
            } else if let former = left, former.oid != current.oid {
                body(current, former.isFolder ? former.oid : nil)
            }
            if order == 0 { left = try before.next() }
            right = try after.next()
        }
    }

    /// Which of two entries comes first in git's order: a folder's name ends in a slash there.
    public static func order(
        _ left: TreeScanner.Entry,
        in leftBytes: UnsafeRawBufferPointer,
        _ right: TreeScanner.Entry,
        in rightBytes: UnsafeRawBufferPointer
    ) -> Int {
        let common = min(left.name.count, right.name.count)
        for offset in 0..<common {
            let (a, b) = (leftBytes[left.name.lowerBound + offset], rightBytes[right.name.lowerBound + offset])
            if a != b { return a < b ? -1 : 1 }
        }
        func byte(after entry: TreeScanner.Entry, in bytes: UnsafeRawBufferPointer) -> UInt8 {
            entry.name.count > common
                ? bytes[entry.name.lowerBound + common] : entry.isFolder ? UInt8(ascii: "/") : 0
        }
        let (a, b) = (byte(after: left, in: leftBytes), byte(after: right, in: rightBytes))
        guard a == b else { return a < b ? -1 : 1 }
        return left.name.count - right.name.count
    }
}
