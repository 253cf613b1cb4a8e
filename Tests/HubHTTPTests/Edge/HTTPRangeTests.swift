// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubHTTP

@Suite struct HTTPRangeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let header: String?
        let size: Int64
        let expected: HTTPRange
        var testDescription: String { "\(header ?? "none") of \(size)" }
    }

    private static func span(_ offset: Int64, _ count: Int64) -> HTTPRange {
        .span(ByteSpan(offset: offset, count: count))
    }

    static let rows: [Row] = [
        Row(header: nil, size: 10, expected: .whole),
        Row(header: "bytes=0-0", size: 10, expected: span(0, 1)),
        Row(header: "bytes=2-5", size: 10, expected: span(2, 4)),
        Row(header: "bytes=2-", size: 10, expected: span(2, 8)),
        Row(header: "bytes=2-99", size: 10, expected: span(2, 8)),
        Row(header: "bytes=-3", size: 10, expected: span(7, 3)),
        Row(header: "bytes=-99", size: 10, expected: span(0, 10)),
        Row(header: "BYTES=1-1", size: 10, expected: span(1, 1)),
        Row(header: "bytes=9-9", size: 10, expected: span(9, 1)),
        Row(header: "bytes=10-", size: 10, expected: .unsatisfiable),
        Row(header: "bytes=50-60", size: 10, expected: .unsatisfiable),
        Row(header: "bytes=-0", size: 10, expected: .unsatisfiable),
        Row(header: "bytes=0-", size: 0, expected: .unsatisfiable),
        Row(header: "bytes=-1", size: 0, expected: .unsatisfiable),
        Row(header: "bytes=99999999999999999999-", size: 10, expected: .unsatisfiable),
        Row(header: "bytes=0-99999999999999999999", size: 10, expected: span(0, 10)),
        Row(header: "bytes=-99999999999999999999", size: 10, expected: span(0, 10)),
        Row(header: "bytes=0-1,3-4", size: 10, expected: .whole),
        Row(header: "bytes=5-2", size: 10, expected: .whole),
        Row(header: "bytes=-", size: 10, expected: .whole),
        Row(header: "bytes=a-b", size: 10, expected: .whole),
        Row(header: "bytes=+1-2", size: 10, expected: .whole),
        Row(header: "bytes=", size: 10, expected: .whole),
        Row(header: "items=0-1", size: 10, expected: .whole),
        Row(header: "0-1", size: 10, expected: .whole),
        Row(header: "bytes=0-9223372036854775807", size: .max, expected: span(0, .max)),
    ]

    @Test(arguments: rows) func `the header becomes a span`(_ row: Row) {
        #expect(HTTPRange(row.header, size: row.size) == row.expected)
    }

    @Test(arguments: [("\"a\"", true), ("\"b\"", false), ("W/\"a\"", false), ("Mon, 23 Nov 2026 00:00:00 GMT", false)])
    func `only a strong match of If-Range keeps the range`(_ ifRange: String, _ kept: Bool) {
        let range = HTTPRange("bytes=0-1", size: 10, ifRange: ifRange, etag: ETag("a"))
        #expect(range == (kept ? Self.span(0, 2) : .whole))
    }
}
