// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubHTTP

/// `Range` headers: whatever they say, a span that is served lies inside the file.
extension FuzzTarget {
    static let range = FuzzTarget("range", run: RangeFuzz.run)
}

private enum RangeFuzz {
    static func run(_ bytes: [UInt8]) {
        // The first eight bytes are the file's size, so that small and huge files are met.
        let size = bytes.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) } & .max
        let header = String(decoding: bytes.dropFirst(8), as: UTF8.self)
        guard case .span(let span) = HTTPRange(header, size: size) else { return }
        precondition(span.offset >= 0 && span.count > 0, "a span has bytes")
        let (end, overflow) = span.offset.addingReportingOverflow(span.count)
        precondition(!overflow && end <= size, "a span ends within the file")
        _ = span.contentRange(of: size)
    }
}
