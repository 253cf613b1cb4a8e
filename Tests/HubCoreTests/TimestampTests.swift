// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import Testing

@Suite struct TimestampTests {
    struct Known: Sendable, CustomTestStringConvertible {
        let milliseconds: Int64
        let iso8601: String
        let httpDate: String
        let day: Int64

        var testDescription: String { iso8601 }
    }

    /// As `date -u` prints them.
    @Test(arguments: [
        Known(
            milliseconds: 0,
            iso8601: "1970-01-01T00:00:00.000Z",
            httpDate: "Thu, 01 Jan 1970 00:00:00 GMT",
            day: 19_700_101
        ),
        Known(
            milliseconds: -1,
            iso8601: "1969-12-31T23:59:59.999Z",
            httpDate: "Wed, 31 Dec 1969 23:59:59 GMT",
            day: 19_691_231
        ),
        Known(
            milliseconds: 951_782_400_000,
            iso8601: "2000-02-29T00:00:00.000Z",
            httpDate: "Tue, 29 Feb 2000 00:00:00 GMT",
            day: 20_000_229
        ),
        Known(
            milliseconds: 1_709_251_199_001,
            iso8601: "2024-02-29T23:59:59.001Z",
            httpDate: "Thu, 29 Feb 2024 23:59:59 GMT",
            day: 20_240_229
        ),
        Known(
            milliseconds: 1_795_469_063_045,
            iso8601: "2026-11-23T21:24:23.045Z",
            httpDate: "Mon, 23 Nov 2026 21:24:23 GMT",
            day: 20_261_123
        ),
        Known(
            milliseconds: -2_203_891_200_000,
            iso8601: "1900-03-01T00:00:00.000Z",
            httpDate: "Thu, 01 Mar 1900 00:00:00 GMT",
            day: 19_000_301
        ),
        Known(
            milliseconds: 4_107_542_400_000,
            iso8601: "2100-03-01T00:00:00.000Z",
            httpDate: "Mon, 01 Mar 2100 00:00:00 GMT",
            day: 21_000_301
        ),
        Known(
            milliseconds: 253_402_300_799_999,
            iso8601: "9999-12-31T23:59:59.999Z",
            httpDate: "Fri, 31 Dec 9999 23:59:59 GMT",
            day: 99_991_231
        ),
    ])
    func `a moment is spelled as date does`(known: Known) {
        let moment = Timestamp(milliseconds: known.milliseconds)
        #expect(moment.iso8601 == known.iso8601)
        #expect(moment.httpDate == known.httpDate)
        #expect(moment.day == known.day)
    }

    @Test func `seconds are rounded down on both sides of the epoch`() {
        #expect(Timestamp(milliseconds: 1999).seconds == 1)
        #expect(Timestamp(milliseconds: -1).seconds == -1)
        #expect(Timestamp(milliseconds: -1000).seconds == -1)
        #expect(Timestamp(seconds: 5).adding(seconds: -7).milliseconds == -2000)
    }

    /// Day by day through 1,200 years: each follows the one before, and months have the days they have.
    @Test func `days follow each other`() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var (year, month, day) = (1600, 1, 1)
        var wrong: [Int64] = []
        for offset in Int64(-135_140)..<(-135_140 + 438_291) {
            let expected = Int64(year * 10_000 + month * 100 + day)
            if Timestamp(seconds: offset * 86_400).day != expected { wrong.append(expected) }
            let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
            day += 1
            if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(wrong.isEmpty)
        #expect(year == 2800)
    }
}
