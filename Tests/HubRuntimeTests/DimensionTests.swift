// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubRuntime
import Testing

@testable import HubVision

@Suite struct DimensionTests {
    private let height = Dimension.axis(input: "x", index: 2)

    @Test func `numbers are computed at once`() {
        #expect((Dimension.constant(7) + 3) * 2 / 3 % 4 == 2)
        #expect(Dimension.constant(10).gap(toMultipleOf: 7) == 4)
        #expect(Dimension.constant(14).gap(toMultipleOf: 7) == 0)
        #expect(Dimension.constant(9).dividedRoundingUp(by: 4) == 3)
    }

    @Test func `what keeps a size leaves the expression as it was`() {
        #expect((height + 2 - 3) / 1 + 1 == height)
        #expect(height * 1 == height)
        #expect(height - height == 0)
    }

    @Test func `numbers that do not fit are no trap`() {
        let large = Dimension.constant(.max)
        #expect((large * large).value == .max)
        #expect((large + large).value == .max)
        #expect((Dimension.constant(1) / 0).value == 0)
        #expect((Dimension.constant(1) % 0).value == 0)
        #expect((Dimension.constant(.min) / -1).value == .max)
        #expect((Dimension.constant(0) - .constant(.min)).value == .max)
    }

    @Test func `sizes in the graph are what they would be in advance`() throws {
        for size in [1, 6, 7, 13] {
            let g = GraphBuilder(weights: Weights([:]))
            let x = g.input("x", axes: [.named("n"), .fixed(3), .named("height")])
            let n = Dimension.axis(input: "x", index: 0)
            let expressions = { (n: Dimension, h: Dimension) in
                [
                    h + 5, h - 4, h * n, h / 3, h % 4, Dimension.max(h, n), Dimension.min(h, 5),
                    h.gap(toMultipleOf: 7), (h + 1).dividedRoundingUp(by: 2) * 3,
                ]
            }
            let sizes = expressions(n, height)
            g.output("sizes", g.vector(sizes))
            g.output("same", g.add(x, 0))
            let session = try TestEngine.shared.load(g.result, options: SessionOptions())
            let input = try #require(Tensor([Float](repeating: 1, count: 2 * 3 * size), shape: [2, 3, size]))
            let computed = try session.run(["x": input])["sizes"]?.withIntegers { $0.map { Int($0) } }
            #expect(computed == expressions(2, .constant(size)).map { $0.value ?? -1 })
        }
    }
}
