// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@Suite struct TimestampParsingTests {
    @Test(
        "what is written is read again",
        arguments: [0, 1, 999, 951_782_400_123, 1_795_000_000_000, 4_102_444_799_999, -86_400_000] as [Int64]
    )
    func roundTrip(milliseconds: Int64) {
        let time = Timestamp(milliseconds: milliseconds)
        #expect(Timestamp(iso8601: time.iso8601) == time)
    }

    @Test(
        "nothing else is taken for a time",
        arguments: ["", "2026-11-23", "2026-13-01T00:00:00.000Z", "2026-11-23T21:24:23Z", "x026-11-23T21:24:23.000Z"]
    )
    func refusal(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }
}
