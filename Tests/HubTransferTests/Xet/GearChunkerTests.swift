// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import Testing

@Suite struct GearChunkerTests {
    private let vectors = XetVectors.all["chunking"]

    @Test(arguments: [1, 63, 64, 8126, 8127, 65_537, Int.max])
    func `cuts are the client's, however the bytes come in`(piece: Int) {
        let ends = XetVectors.chunks(of: XetVectors.random(seed: 0, count: 1_000_000), piece: piece).map(\.upperBound)
        #expect(ends == XetVectors.numbers(vectors?["splitmix_seed0_len1000000"]))
        let constant = XetVectors.chunks(of: [UInt8](repeating: 59, count: 1_000_000), piece: piece)
        #expect(constant.map(\.upperBound) == XetVectors.numbers(vectors?["const59_len1000000"]))
    }

    @Test func `another stream is cut as the client cuts it`() {
        let ends = XetVectors.chunks(of: XetVectors.random(seed: 1, count: 256_000)).map(\.upperBound)
        #expect(ends == XetVectors.numbers(vectors?["splitmix_seed1_len256000"]))
    }

    @Test func `a boundary is found at each distance from the chunk's start`() throws {
        let pattern = try #require(vectors?["trigger_pattern"])
        let expected = (pattern["expected"]?.arrayValue ?? []).map { XetVectors.numbers($0) }
        #expect(expected.count == 128)
        for (zeros, ends) in expected.enumerated() {
            let base = XetVectors.numbers(pattern["base"]).map { UInt8($0) } + [UInt8](repeating: 0, count: zeros)
            let bytes = (0..<65_536).map { base[$0 % base.count] }
            #expect(XetVectors.chunks(of: bytes).map(\.upperBound) == ends, "\(zeros) zeros")
        }
    }

    @Test func `no bytes are no chunk`() {
        #expect(XetVectors.chunks(of: []).isEmpty)
        #expect(GearChunker().openLength == 0)
    }
}
