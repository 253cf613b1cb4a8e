// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@testable import HubHTTP

@Suite struct DisplayTests {
    @Test(
        "counts keep three digits at most",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1k"), (1234, "1.2k"), (12_345, "12.3k"), (99_950, "100k"),
            (999_499, "999k"),
            (999_500, "1M"), (86_567_656, "86.6M"), (7_000_000_000, "7B"), (Int64.max, "9223372T"),
        ] as [(Int64, String)]
    )
    func count(value: Int64, shown: String) {
        #expect(Display.count(value) == shown)
    }

    @Test(
        "bytes are in powers of a thousand",
        arguments: [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1600, "1.6 kB"), (5_000_000_000, "5 GB")]
            as [(Int64, String)]
    )
    func bytes(value: Int64, shown: String) {
        #expect(Display.bytes(value) == shown)
    }

    @Test("digits stand in groups of three")
    func grouped() {
        #expect(Display.grouped(0) == "0")
        #expect(Display.grouped(999) == "999")
        #expect(Display.grouped(1000) == "1,000")
        #expect(Display.grouped(-12_345_678) == "-12,345,678")
        #expect(Display.grouped(.min) == "-9,223,372,036,854,775,808")
    }

    @Test(
        "times are how long ago",
        arguments: [
            (0, "just now"), (59, "just now"), (60, "1 minute ago"), (7200, "2 hours ago"), (86_400, "1 day ago"),
            (8 * 86_400, "1 week ago"), (61 * 86_400, "2 months ago"), (800 * 86_400, "2 years ago"),
            (-100, "just now"),
        ] as [(Int64, String)]
    )
    func ago(seconds: Int64, shown: String) {
        let now = Timestamp(seconds: 1_800_000_000)
        #expect(Display.ago(now.adding(seconds: -seconds), now: now) == shown)
    }
}
