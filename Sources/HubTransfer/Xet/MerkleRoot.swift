// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// The hash over a list of chunks that names a xorb and, hashed once more, a file.
///
/// A tree that is cut by content, like the chunks themselves: a node whose hash is divisible by four ends its group of
/// three to nine, so that an insertion changes few groups. Streaming: every level keeps its one open group only.
public struct MerkleRoot: Sendable {
    private struct Level {
        var open: [(hash: XetHash, length: UInt64)] = []
        var isClosed = false

        /// What stands for the open group one level up.
        mutating func close() -> (hash: XetHash, length: UInt64) {
            var text: [UInt8] = []
            text.reserveCapacity(open.count * 80)
            var length: UInt64 = 0
            for node in open {
                text += node.hash.description.utf8
                text += " : ".utf8
                text += String(node.length).utf8
                text.append(UInt8(ascii: "\n"))
                length &+= node.length
            }
            open.removeAll(keepingCapacity: true)
            // From here on this level has more than the one node that would be the root.
            isClosed = true
            return (XetHashing.nodeHash(text), length)
        }
    }

    private static let smallestGroup = 3
    private static let largestGroup = 9

    private var levels: [Level] = []
    /// Bytes of all chunks.
    public private(set) var length: UInt64 = 0
    /// How many chunks there are.
    public private(set) var count = 0

    public init() {}

    /// - Parameter length: unpacked bytes of the chunk.
    public mutating func append(_ hash: XetHash, length: UInt64) {
        self.length &+= length
        count += 1
        Self.append((hash, length), to: &levels, level: 0)
    }

    /// The name of a xorb of these chunks; ``XetHash/zero`` without any.
    public func root() -> XetHash {
        var levels = levels
        var level = 0
        while level < levels.count {
            if let only = levels[level].open.first, levels[level].open.count == 1, !levels[level].isClosed {
                return only.hash
            }
            if !levels[level].open.isEmpty {
                let node = levels[level].close()
                Self.append(node, to: &levels, level: level + 1)
            }
            level += 1
        }
        return .zero
    }

    /// The name of a file of these chunks; ``XetHash/zero`` without any.
    public func fileHash() -> XetHash { XetHashing.fileHash(root: root(), isEmpty: count == 0) }

    private static func append(_ node: (hash: XetHash, length: UInt64), to levels: inout [Level], level: Int) {
        var node = node
        var level = level
        while true {
            if level == levels.count { levels.append(Level()) }
            levels[level].open.append(node)
            let members = levels[level].open.count
            let ends = members >= smallestGroup && node.hash.remainderLane.isMultiple(of: 4)
            guard ends || members == largestGroup else { return }
            node = levels[level].close()
            level += 1
        }
    }
}
