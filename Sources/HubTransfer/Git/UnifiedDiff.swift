// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// The difference of two files as git prints it and `git apply` reads it.
public struct UnifiedDiff: Sendable {
    /// One side of a file's change.
    public struct Side: Sendable {
        public let mode: TreeObject.Entry.Mode
        public let oid: GitOID
        /// `nil` for what is not shown: neither text nor a file of a size to read.
        public let text: [UInt8]?

        public init(mode: TreeObject.Entry.Mode, oid: GitOID, text: [UInt8]?) {
            self.mode = mode
            self.oid = oid
            self.text = text
        }
    }

    /// Unchanged lines around a change.
    private static let context = 3
    /// Comparing takes the square of it; longer stretches that differ are given as removed and added whole.
    private static let comparedLines = 3000

    public let path: String
    public let old: Side?
    public let new: Side?

    public init(path: String, old: Side?, new: Side?) {
        self.path = path
        self.old = old
        self.new = new
    }

    public func write(into out: inout [UInt8]) {
        let (from, to) = (Self.name("a/" + path), Self.name("b/" + path))
        out += Array("diff --git \(from) \(to)\n".utf8)
        switch (old, new) {
        case (nil, let new?): out += Array("new file mode \(new.mode.rawValue)\n".utf8)
        case (let old?, nil): out += Array("deleted file mode \(old.mode.rawValue)\n".utf8)
        case (let old?, let new?) where old.mode != new.mode:
            out += Array("old mode \(old.mode.rawValue)\nnew mode \(new.mode.rawValue)\n".utf8)
        default: break
        }
        guard old?.oid != new?.oid else { return }
        let none = String(repeating: "0", count: 40)
        out += Array("index \(old?.oid.hex ?? none)..\(new?.oid.hex ?? none)".utf8)
        if let old, let new, old.mode == new.mode { out += Array(" \(new.mode.rawValue)".utf8) }
        out.append(0x0A)
        let (before, after) = (old.map { $0.text } ?? [], new.map { $0.text } ?? [])
        let (left, right) = (old == nil ? "/dev/null" : from, new == nil ? "/dev/null" : to)
        guard let before, let after, !before.contains(0), !after.contains(0) else {
            out += Array("Binary files \(left) and \(right) differ\n".utf8)
            return
        }
        guard before != after else { return }
        // A name with a space ends in a tab, or it would end at the space.
        let end = path.contains(" ") ? "\t\n" : "\n"
        out += Array(("--- " + left + (old == nil ? "\n" : end)).utf8)
        out += Array(("+++ " + right + (new == nil ? "\n" : end)).utf8)
        Self.writeHunks(Self.lines(before), Self.lines(after), into: &out)
    }

    /// Each with the newline that ends it; the last one may have none.
    static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = text[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex
            lines.append(rest[..<end])
            rest = rest[end...]
        }
        return lines
    }

    /// Lines `old` went out and lines `new` came in at one place.
    struct Change {
        var old: Range<Int>
        var new: Range<Int>
    }

    private static func writeHunks(
        _ old: [ArraySlice<UInt8>],
        _ new: [ArraySlice<UInt8>],
        into out: inout [UInt8]
    ) {
        var changes = changes(old, new)[...]
        while let first = changes.popFirst() {
            var hunk = [first]
            while let next = changes.first, let last = hunk.last,
                next.old.lowerBound - last.old.upperBound <= 2 * context
            {
                hunk.append(next)
                changes.removeFirst()
            }
            guard let last = hunk.last else { continue }
            let before = min(context, first.old.lowerBound)
            let after = min(context, old.count - last.old.upperBound)
            let oldRange = (first.old.lowerBound - before)..<(last.old.upperBound + after)
            let newRange = (first.new.lowerBound - before)..<(last.new.upperBound + after)
            out += Array("@@ -\(span(oldRange)) +\(span(newRange)) @@\n".utf8)
            var position = oldRange.lowerBound
            for change in hunk {
                for line in old[position..<change.old.lowerBound] { write(" ", line, into: &out) }
                for line in old[change.old] { write("-", line, into: &out) }
                for line in new[change.new] { write("+", line, into: &out) }
                position = change.old.upperBound
            }
            for line in old[position..<oldRange.upperBound] { write(" ", line, into: &out) }
        }
    }

    private static func span(_ lines: Range<Int>) -> String {
        // An empty range is named by the line before it.
        let start = lines.isEmpty ? lines.lowerBound : lines.lowerBound + 1
        return lines.count == 1 ? "\(start)" : "\(start),\(lines.count)"
    }

    private static func write(_ sign: Unicode.Scalar, _ line: ArraySlice<UInt8>, into out: inout [UInt8]) {
        out.append(UInt8(ascii: sign))
        out += line
        if line.last != 0x0A { out += Array("\n\\ No newline at end of file\n".utf8) }
    }

    /// Where the two differ, in order.
    static func changes(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [Change] {
        let start = zip(old, new).prefix { $0 == $1 }.count
        let most = min(old.count, new.count) - start
        let end = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.prefix(most).count
        let (left, right) = (old[start..<(old.count - end)], new[start..<(new.count - end)])
        guard left.count + right.count <= comparedLines else {
            return [Change(old: start..<(old.count - end), new: start..<(new.count - end))]
        }
        let difference = Array(right).difference(from: Array(left))
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(start + offset)
            case .insert(let offset, _, _): inserted.insert(start + offset)
            }
        }
        var changes: [Change] = []
        var (i, j) = (start, start)
        while i < old.count - end || j < new.count - end {
            let (i0, j0) = (i, j)
            while removed.contains(i) { i += 1 }
            while inserted.contains(j) { j += 1 }
            if i > i0 || j > j0 {
                changes.append(Change(old: i0..<i, new: j0..<j))
            } else {
                i += 1
                j += 1
            }
        }
        return changes
    }

    /// A path as git writes it: in quotes with escapes if it has a quote, a backslash or a control character.
    public static func name(_ path: String) -> String {
        func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F && byte != 0x22 && byte != 0x5C }
        guard !path.utf8.allSatisfy(isPlain) else { return path }
        var out = Array("\"".utf8)
        for byte in path.utf8 {
            switch byte {
            case 0x22, 0x5C: out += [0x5C, byte]
            case _ where isPlain(byte): out.append(byte)
            default:
                let octal = String(byte, radix: 8)
                out += Array(("\\" + String(repeating: "0", count: 3 - octal.count) + octal).utf8)
            }
        }
        return String(decoding: out + Array("\"".utf8), as: UTF8.self)
    }
}
