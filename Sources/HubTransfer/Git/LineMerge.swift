// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Puts the changes of two sides into the text both began with, line by line, as `git merge` does.
public enum LineMerge {
    /// - Returns: `nil` where both changed the same lines, or lines next to each other, in different ways.
    public static func merge(base: [UInt8], ours: [UInt8], theirs: [UInt8]) -> [UInt8]? {
        let (old, left, right) = (UnifiedDiff.lines(base), UnifiedDiff.lines(ours), UnifiedDiff.lines(theirs))
        var mine = UnifiedDiff.changes(old, left)[...]
        var other = UnifiedDiff.changes(old, right)[...]
        var out: [UInt8] = []
        var position = 0
        func apply(_ change: UnifiedDiff.Change, of side: [ArraySlice<UInt8>]) {
            for line in old[position..<change.old.lowerBound] { out += line }
            for line in side[change.new] { out += line }
            position = change.old.upperBound
        }
        while true {
            switch (mine.first, other.first) {
            case (nil, nil):
                for line in old[position...] { out += line }
                return out
            case (let change?, nil):
                apply(change, of: left)
                mine.removeFirst()
            case (nil, let change?):
                apply(change, of: right)
                other.removeFirst()
            case (let first?, let second?):
                if first.old == second.old, left[first.new].elementsEqual(right[second.new]) {
                    apply(first, of: left)
                    mine.removeFirst()
                    other.removeFirst()
                } else if first.old.upperBound < second.old.lowerBound {
                    apply(first, of: left)
                    mine.removeFirst()
                } else if second.old.upperBound < first.old.lowerBound {
                    apply(second, of: right)
                    other.removeFirst()
                } else {
                    return nil
                }
            }
        }
    }
}
