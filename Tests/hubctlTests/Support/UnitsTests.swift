// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import hubctl

@Suite struct UnitsTests {
    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (1500, "1.50 kB"), (9_994, "9.99 kB"), (9_996, "10.0 kB"),
            (99_960, "100 kB"), (999_499, "999 kB"), (999_500, "1.00 MB"), (12_345_678, "12.3 MB"),
            (456_000_000_000, "456 GB"), (Int64.max, "9.22 EB"), (-5, "0 B"),
        ] as [(Int64, String)]
    )
    func `a size has three digits`(bytes: Int64, text: String) {
        #expect(Units.size(bytes) == text)
    }

    @Test(
        arguments: [
            (0, "0s"), (11.2, "12s"), (60, "1m00s"), (185, "3m05s"), (7_620, "2h07m"), (.infinity, "–"), (-1, "–"),
        ] as [(Double, String)]
    )
    func `a time is as coarse as it is long`(seconds: Double, text: String) {
        #expect(Units.duration(seconds) == text)
    }

    @Test(arguments: [(0, "0 B/s"), (1_200_000, "1.20 MB/s"), (.nan, "–"), (1e30, "–")] as [(Double, String)])
    func `a rate is a size a second`(rate: Double, text: String) {
        #expect(Units.rate(rate) == text)
    }
}
