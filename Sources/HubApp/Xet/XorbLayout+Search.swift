// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubTransfer

extension XorbLayout {
    /// The chunk of `chunks` that holds the unpacked byte at `position`.
    func chunk(at position: Int, in chunks: Range<Int>) -> Int {
        Self.firstEnd(after: position, unpackedEnds, in: chunks)
    }

    /// One past the last chunk that ends at `position` or before; at least one chunk from `first` on.
    func lastChunk(endingBy position: Int, from first: Int, in chunks: Range<Int>) -> Int {
        max(
            first + 1,
            min(chunks.upperBound, Self.firstEnd(after: position, unpackedEnds, in: first..<chunks.upperBound))
        )
    }

    /// The records from the one that holds the packed byte at `position`, as many as end within `count` bytes, at least one.
    func records(at position: Int, upTo count: Int) -> (first: Int, end: Int) {
        let first = Self.firstEnd(after: position, packedEnds, in: 0..<chunkCount)
        let (limit, overflowed) = position.addingReportingOverflow(count)
        let end = Self.firstEnd(after: overflowed ? .max : limit, packedEnds, in: first..<chunkCount)
        return (first, max(first + 1, min(end, chunkCount)))
    }

    /// The first index of `range` whose end lies behind `position`; the range's end if there is none.
    private static func firstEnd(after position: Int, _ ends: [UInt32], in range: Range<Int>) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if Int(ends[middle]) <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
