// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore

/// How to put a range of a file together from its xorbs. The same question always has the same answer.
public struct Reconstruction: Sendable, Equatable {
    /// Consecutive chunks of a xorb and where their records are in it, in bytes.
    public struct Piece: Sendable, Hashable {
        public let chunks: Range<Int>
        public let bytes: Range<Int>
    }

    /// What to fetch of one xorb: pieces that neither touch nor overlap, in order. Every term lies within one.
    public struct Fetch: Sendable, Hashable {
        public let xorb: XetHash
        public let pieces: [Piece]
    }

    /// Bytes to leave out at the front of the first term: it begins with a whole chunk.
    public let offsetIntoFirstRange: Int
    /// The terms that the range touches, the first and last cut down to the chunks that it touches.
    public let terms: [ShardTerm]
    /// By xorb, in the order of the hashes.
    public let fetches: [Fetch]

    /// - Parameters:
    ///   - terms: the whole file's.
    ///   - size: the whole file's, in bytes.
    ///   - range: what is wanted, in bytes of the file; cut off at its end.
    ///   - layout: of a stored xorb. Called for each at most three times.
    /// - Throws: `HubError(.rangeNotSatisfiable)` for a range that begins at the end or later, `.corrupt` when terms
    ///   and xorbs do not fit, and what `layout` throws.
    public init(
        terms: [ShardTerm],
        size: Int64,
        range: Range<Int64>,
        layout: (XetHash) throws -> XorbLayout
    ) throws {
        guard size > 0 || range.lowerBound > 0 else {
            (offsetIntoFirstRange, self.terms, fetches) = (0, [], [])
            return
        }
        guard range.lowerBound >= 0, range.lowerBound < min(size, range.upperBound) else {
            throw HubError(
                .rangeNotSatisfiable,
                "The file has \(size) bytes: nothing is at \(range.lowerBound)",
                totalSize: size
            )
        }
        let wanted = range.lowerBound..<min(range.upperBound, size)
        var kept: [ShardTerm] = []
        var offset = 0
        var end: Int64 = 0
        for term in terms {
            let start = end
            end += Int64(term.unpackedLength)
            if end <= wanted.lowerBound { continue }
            if start >= wanted.upperBound { break }
            if start >= wanted.lowerBound, end <= wanted.upperBound {
                kept.append(term)
                continue
            }
            let trimmed = try Self.trim(term, start: start, to: wanted, layout: layout(term.xorb))
            if kept.isEmpty { offset = Int(max(0, wanted.lowerBound - start)) - trimmed.dropped }
            kept.append(trimmed.term)
        }
        guard end >= wanted.upperBound else {
            throw HubError(.corrupt, "The file's parts have \(end) bytes, and the file has \(size)")
        }
        self.terms = kept
        offsetIntoFirstRange = offset
        fetches = try Self.fetches(of: kept, layout: layout)
    }

    /// Leaves out the chunks at both ends that the range does not touch.
    /// - Parameter start: where the term begins in the file.
    private static func trim(
        _ term: ShardTerm,
        start: Int64,
        to wanted: Range<Int64>,
        layout: XorbLayout
    ) throws(HubError) -> (term: ShardTerm, dropped: Int) {
        guard let bytes = layout.unpackedRange(of: term.chunks), bytes.count == term.unpackedLength else {
            throw mismatch(term)
        }
        // Both ends as offsets in the unpacked xorb, and within the term.
        let low = bytes.lowerBound + Int(max(0, wanted.lowerBound - start))
        let high = bytes.lowerBound + Int(min(Int64(bytes.count), wanted.upperBound - start))
        guard let first = layout.chunk(at: low), let last = layout.chunk(at: high - 1),
            let kept = layout.unpackedRange(of: first..<last + 1),
            let trimmed = ShardTerm(
                xorb: term.xorb,
                unpackedLength: UInt32(clamping: kept.count),
                chunks: first..<last + 1
            )
        else { throw mismatch(term) }
        return (trimmed, kept.lowerBound - bytes.lowerBound)
    }

    private static func fetches(
        of terms: [ShardTerm],
        layout: (XetHash) throws -> XorbLayout
    ) throws -> [Fetch] {
        try Dictionary(grouping: terms, by: \.xorb).sorted { $0.key < $1.key }.map { xorb, terms in
            let layout = try layout(xorb)
            for term in terms where layout.unpackedLength(of: term.chunks).map(UInt32.init) != term.unpackedLength {
                throw mismatch(term)
            }
            var merged: [Range<Int>] = []
            for chunks in terms.map(\.chunks).sorted(by: { $0.lowerBound < $1.lowerBound }) {
                if let last = merged.last, chunks.lowerBound <= last.upperBound {
                    merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, chunks.upperBound)
                } else {
                    merged.append(chunks)
                }
            }
            return Fetch(
                xorb: xorb,
                pieces: merged.compactMap { chunks in
                    layout.packedRange(of: chunks).map { Piece(chunks: chunks, bytes: $0) }
                }
            )
        }
    }

    private static func mismatch(_ term: ShardTerm) -> HubError {
        HubError(
            .corrupt,
            "Chunks \(term.chunks) of xorb \(term.xorb) are not the \(term.unpackedLength) bytes that the file has of it"
        )
    }
}
