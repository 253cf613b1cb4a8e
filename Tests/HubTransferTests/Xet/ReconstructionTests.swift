// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import HubTransfer
import Testing

@Suite struct ReconstructionTests {
    /// Two xorbs of chunks of 10, 20, …, 60 bytes, and a file that takes from both, one of them twice.
    private let layouts: [XetHash: XorbLayout]
    private let terms: [ShardTerm]
    /// Chunk by chunk: the xorb, the chunk's number, its bytes.
    private var pieces: [(xorb: XetHash, chunk: Int, length: Int)] = []
    private let size: Int64

    init() throws {
        let xorbs = (0..<2).map { xorb in
            XetVectors.xorb((1...6).map { [UInt8](repeating: UInt8(10 * xorb + $0), count: 10 * $0) }).layout
        }
        layouts = Dictionary(uniqueKeysWithValues: xorbs.map { ($0.hash, $0) })
        let parts: [(Int, Range<Int>)] = [(0, 0..<3), (1, 1..<2), (0, 2..<5), (1, 4..<6), (0, 0..<1)]
        terms = try parts.map { xorb, chunks in
            let layout = xorbs[xorb]
            let length = try #require(layout.unpackedLength(of: chunks))
            return try #require(ShardTerm(xorb: layout.hash, unpackedLength: UInt32(length), chunks: chunks))
        }
        for (xorb, chunks) in parts {
            pieces += chunks.map { (xorbs[xorb].hash, $0, 10 * ($0 + 1)) }
        }
        size = Int64(pieces.reduce(0) { $0 + $1.length })
    }

    private func layout(_ hash: XetHash) throws -> XorbLayout { try #require(layouts[hash]) }

    private func plan(_ range: Range<Int64>) throws -> Reconstruction {
        try Reconstruction(terms: terms, size: size, range: range, layout: layout)
    }

    @Test func `the whole file is all its terms, each xorb's pieces merged`() throws {
        let plan = try plan(0..<size)
        #expect(plan.terms == terms)
        #expect(plan.offsetIntoFirstRange == 0)
        #expect(plan.fetches.map(\.xorb) == layouts.keys.sorted())
        let first = try #require(plan.fetches.first { $0.xorb == terms[0].xorb })
        #expect(first.pieces.map(\.chunks) == [0..<5])
        #expect(first.pieces.map(\.bytes) == [0..<(try layout(terms[0].xorb).packedRange(of: 0..<5)?.upperBound ?? 0)])
        let second = try #require(plan.fetches.first { $0.xorb == terms[1].xorb })
        #expect(second.pieces.map(\.chunks) == [1..<2, 4..<6])
    }

    @Test func `every range is the chunks it touches, and each term lies within one piece`() throws {
        for start in 0..<size {
            for end in [start + 1, start + 10, start + 37, size, size + 5] where end > start {
                let plan = try plan(start..<end)
                var offset: Int64 = 0
                var touched: [(XetHash, Int)] = []
                var before: Int64?
                for piece in pieces {
                    if offset < end, offset + Int64(piece.length) > start {
                        touched.append((piece.xorb, piece.chunk))
                        before = before ?? offset
                    }
                    offset += Int64(piece.length)
                }
                let got = plan.terms.flatMap { term in term.chunks.map { (term.xorb, $0) } }
                #expect(got.elementsEqual(touched, by: ==), "\(start)..<\(end)")
                #expect(Int64(plan.offsetIntoFirstRange) == start - (before ?? 0))
                for term in plan.terms {
                    let pieces = plan.fetches.first { $0.xorb == term.xorb }?.pieces ?? []
                    #expect(
                        pieces.count {
                            $0.chunks.contains(term.chunks.lowerBound)
                                && $0.chunks.upperBound >= term.chunks.upperBound
                        } == 1
                    )
                }
            }
        }
    }

    @Test func `past the end there is nothing`() throws {
        for range in [size..<size + 1, size + 7..<size + 9, 5..<5] {
            #expect(codeThrown { try plan(range) } == .rangeNotSatisfiable)
        }
        let empty = try Reconstruction(terms: [], size: 0, range: 0..<0, layout: layout)
        #expect(empty.terms.isEmpty && empty.fetches.isEmpty)
        #expect(codeThrown { try Reconstruction(terms: [], size: 0, range: 1..<2, layout: layout) } != nil)
    }

    @Test func `terms that do not fit what is stored are damage`() throws {
        let wrong = try #require(ShardTerm(xorb: terms[0].xorb, unpackedLength: 59, chunks: 0..<3))
        let beyond = try #require(ShardTerm(xorb: terms[0].xorb, unpackedLength: 60, chunks: 5..<7))
        for (term, range) in [(wrong, Int64(0)..<59), (beyond, 0..<60), (wrong, 3..<20), (beyond, 3..<20)] {
            #expect(
                codeThrown {
                    try Reconstruction(
                        terms: [term],
                        size: Int64(term.unpackedLength),
                        range: range,
                        layout: layout
                    )
                } == .corrupt
            )
        }
        #expect(
            codeThrown { try Reconstruction(terms: terms, size: size + 1, range: 0..<size + 1, layout: layout) }
                == .corrupt
        )
    }
}
