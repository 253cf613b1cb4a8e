// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// One span of bytes of a thing whose size is known.
public struct ByteSpan: Hashable, Sendable {
    /// Of the first byte, from 0.
    public let offset: Int64
    /// In bytes; 0 only for a thing without bytes.
    public let count: Int64

    public init(offset: Int64, count: Int64) {
        self.offset = offset
        self.count = count
    }

    /// The value of `Content-Range` for this span of `size` bytes.
    public func contentRange(of size: Int64) -> String {
        "bytes \(offset)-\(offset + count - 1)/\(size)"
    }
}

/// What a `Range` header asks for (RFC 9110, 14.1 and 14.2).
public enum HTTPRange: Hashable, Sendable {
    /// No usable range: answer 200 with everything.
    case whole
    /// Answer 206 with these bytes.
    case span(ByteSpan)
    /// Starts past the end: answer 416 with `Content-Range: bytes */size`.
    case unsatisfiable

    /// Reads the header for a thing of `size` bytes.
    ///
    /// A malformed header, another unit and several ranges count as none: the RFC allows to ignore them.
    public init(_ header: String?, size: Int64) {
        guard let header, let (first, last) = Self.parse(header) else {
            self = .whole
            return
        }
        switch (first, last) {
        case (nil, let suffix?):
            let count = min(suffix, size)
            self = count > 0 ? .span(ByteSpan(offset: size - count, count: count)) : .unsatisfiable
        case (let first?, let last):
            guard first < size else {
                self = .unsatisfiable
                return
            }
            let end = min(last ?? size - 1, size - 1)
            self = .span(ByteSpan(offset: first, count: end - first + 1))
        case (nil, nil):
            self = .whole
        }
    }

    /// The range to answer, taking `If-Range` into account: only a strong match of `etag` keeps the range.
    ///
    /// We send no `Last-Modified`, so that a date in `If-Range` never matches.
    public init(_ header: String?, size: Int64, ifRange: String?, etag: ETag) {
        guard let ifRange else {
            self.init(header, size: size)
            return
        }
        let matches = ETag(header: ifRange).map { $0.strongMatches(etag) } ?? false
        self.init(matches ? header : nil, size: size)
    }

    /// `a-b`, `a-` or `-n`, or `nil` when the header is to be ignored. Numbers too large for 64 bits are cut to the
    /// largest there is: they are past the end anyway.
    private static func parse(_ header: String) -> (Int64?, Int64?)? {
        let utf8 = Array(header.utf8)
        guard let equals = utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let unit = String(decoding: utf8[..<equals], as: UTF8.self)
        guard unit.lowercased() == "bytes" else { return nil }
        let set = utf8[(equals + 1)...].filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        let parts = set.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, let left = parts.first, let right = parts.last else { return nil }
        guard let first = number(left), let last = number(right) else { return nil }
        switch (first, last) {
        case (nil, nil): return nil
        case (let first?, let last?) where last < first: return nil
        default: return (first, last)
        }
    }

    /// `.some(nil)` for no digits, `nil` for anything that is not a number.
    private static func number(_ digits: some Collection<UInt8>) -> Int64?? {
        guard !digits.isEmpty else { return .some(nil) }
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
            value = overflow || carry ? .max : sum
            if value == .max { break }
        }
        return .some(value)
    }
}
