// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTestSupport
import HubTransfer
import Testing

@Suite struct XorbLayoutTests {
    private let layout = XetVectors.xorb([
        [UInt8](repeating: 1, count: 10), [2], [UInt8](repeating: 3, count: 5),
    ]).layout

    @Test func `the footer is the reference's`() {
        let one = XetVectors.xorb([Array("x".utf8)]).layout
        #expect(
            Hex.encode(one.encodedFooter())
                == "584554424c4f4201a1b0b7217a6ace06ad1b12c06189f7d5df96b033f0708b53765280c07bf388a558424c424853480001"
                + "000000a1b0b7217a6ace06ad1b12c06189f7d5df96b033f0708b53765280c07bf388a558424c42424e44010100000009"
                + "00000001000000010000005c000000300000000000000000000000000000000000000084000000"
        )
    }

    @Test func `a footer is read back`() throws {
        let footer = layout.encodedFooter()
        #expect(footer.count == XorbLayout.footerLength(chunkCount: 3))
        #expect(try XorbLayout(footer: footer) == layout)
    }

    @Test func `ranges are those of whole records`() {
        #expect(layout.unpackedEnds == [10, 11, 16])
        #expect(layout.packedEnds == [18, 27, 40])
        #expect(layout.packedRange(of: 0..<1) == 0..<18)
        #expect(layout.packedRange(of: 1..<3) == 18..<40)
        #expect(layout.unpackedLength(of: 1..<3) == 6)
        #expect(
            (-1...16).map { layout.chunk(at: $0) } == [nil] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, nil]
        )
    }

    @Test(arguments: [0..<0, 2..<4, 3..<4, -1..<1, 0..<Int.max]) func `other chunks have no range`(chunks: Range<Int>) {
        #expect(layout.packedRange(of: chunks) == nil)
        #expect(layout.unpackedLength(of: chunks) == nil)
    }

    @Test func `a damaged footer is refused, never believed`() {
        let footer = layout.encodedFooter()
        for length in 0..<footer.count {
            #expect(codeThrown { try XorbLayout(footer: footer[..<length]) } == .corrupt)
        }
        // Offsets that fall, a count of 2³² − 1, a length that is another.
        for (at, value) in [(160, UInt8(0xff)), (51, 0xff), (footer.count - 1, 1)] {
            var damaged = footer
            damaged[at] = value
            #expect(codeThrown { try XorbLayout(footer: damaged) } == .corrupt)
        }
    }
}
