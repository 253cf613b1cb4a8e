// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Writes a tree as what differs from another: git's delta, made along the entries, which both have in one order.
public enum TreeDelta {
    /// The most that one instruction copies, in bytes; the format holds 24 bits of it.
    private static let maximumCopy = 0xFF_FFFF
    private static let maximumInsert = 127

    /// - Returns: the delta, or `nil` where it would not be much shorter than the tree itself.
    public static func make(
        from old: UnsafeRawBufferPointer,
        to new: UnsafeRawBufferPointer
    ) throws(TreeScanner.Malformed) -> [UInt8]? {
        guard old.count <= Int(UInt32.max), new.count <= Int(UInt32.max) else { return nil }
        var delta: [UInt8] = []
        let limit = new.count / 2
        appendSize(old.count, to: &delta)
        appendSize(new.count, to: &delta)
        var (before, after) = (TreeScanner(old), TreeScanner(new))
        var (left, right) = (try before.next(), try after.next())
        // What waits to be written: bytes of the old tree that go on where they are, or bytes of the new one.
        var copy: Range<Int>?
        var insert: Range<Int>?
        func flush() {
            if let range = copy { appendCopy(range, to: &delta) }
            if let range = insert { appendInsert(UnsafeRawBufferPointer(rebasing: new[range]), to: &delta) }
            (copy, insert) = (nil, nil)
        }
        while let current = right {
            let order = left.map { TreeDifference.order($0, in: old, current, in: new) } ?? 1
            if order < 0 {
                left = try before.next()
                continue
            }
            if order == 0, let former = left, former.range.count == current.range.count,
                former.oid == current.oid, sameStart(former, old, current, new)
            {
                if let range = copy, range.upperBound == former.range.lowerBound {
                    copy = range.lowerBound..<former.range.upperBound
                } else {
                    flush()
                    copy = former.range
                }
            } else if let range = insert {
                insert = range.lowerBound..<current.range.upperBound
            } else {
                flush()
                insert = current.range
            }
            if order == 0 { left = try before.next() }
            right = try after.next()
            if delta.count > limit { return nil }
        }
        flush()
        return delta.count > limit ? nil : delta
    }

    /// Modes and names.
    private static func sameStart(
        _ former: TreeScanner.Entry,
        _ old: UnsafeRawBufferPointer,
        _ current: TreeScanner.Entry,
        _ new: UnsafeRawBufferPointer
    ) -> Bool {
        old[former.range.lowerBound..<former.name.upperBound]
            .elementsEqual(new[current.range.lowerBound..<current.name.upperBound])
    }

    private static func appendSize(_ size: Int, to delta: inout [UInt8]) {
        var rest = size
        while rest >= 0x80 {
            delta.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        delta.append(UInt8(rest))
    }

    private static func appendCopy(_ range: Range<Int>, to delta: inout [UInt8]) {
        var rest = range
        while !rest.isEmpty {
            let piece = rest.prefix(maximumCopy)
            let start = delta.count
            delta.append(0x80)
            for (bit, byte) in (0..<4).map({ ($0, UInt8(truncatingIfNeeded: piece.lowerBound >> ($0 * 8))) })
            where byte != 0 {
                delta[start] |= 1 << bit
                delta.append(byte)
            }
            for (bit, byte) in (0..<3).map({ ($0, UInt8(truncatingIfNeeded: piece.count >> ($0 * 8))) })
            where byte != 0 {
                delta[start] |= 0x10 << bit
                delta.append(byte)
            }
            rest = piece.upperBound..<range.upperBound
        }
    }

    private static func appendInsert(_ bytes: UnsafeRawBufferPointer, to delta: inout [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(maximumInsert)
            delta.append(UInt8(piece.count))
            delta += piece
            rest = rest[piece.endIndex...]
        }
    }
}
