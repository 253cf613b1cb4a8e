// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubApp

struct NumberSummaryTests {
    @Test func `whole numbers get whole bins that cover them all`() throws {
        let summary = try #require(NumberSummary.of((0..<25).map(Double.init), isWhole: true))
        #expect(summary.histogram.edges == [0, 3, 6, 9, 12, 15, 18, 21, 24, 24])
        #expect(summary.histogram.counts == [3, 3, 3, 3, 3, 3, 3, 3, 1])
        #expect((summary.mean, summary.median) == (12, 12))
    }

    @Test func `a single value is a bin of its own`() throws {
        let summary = try #require(NumberSummary.of([7], isWhole: false))
        #expect(summary.histogram.edges == [7, 7] && summary.histogram.counts == [1] && summary.deviation == nil)
        #expect(NumberSummary.of([.nan, .infinity], isWhole: false) == nil)
    }

    @Test func `numbers at the ends of what there is do not overflow`() throws {
        let summary = try #require(NumberSummary.of([-1e308, 1e308, 9e307], isWhole: false))
        #expect(summary.histogram.counts.reduce(0, +) == 3)
        let whole = try #require(NumberSummary.of([Double(Int64.min), Double(Int64.max)], isWhole: true))
        #expect(whole.histogram.counts.reduce(0, +) == 2)
    }
}
