// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Strict percent-decoding: what is not a well-formed escape, or does not make UTF-8, is an error and never a guess.
public enum PercentCoding {
    /// Decodes one path segment; `+` stays a plus.
    /// - Throws: ``HubError/Code/badRequest`` for a broken escape, a NUL or bytes that are not UTF-8.
    public static func decodeSegment(_ raw: some StringProtocol) throws -> String {
        try decode(raw.utf8, plusIsSpace: false)
    }

    /// Decodes a name or value of a query or a form, where `+` is a space.
    /// - Throws: ``HubError/Code/badRequest``, as ``decodeSegment(_:)``.
    public static func decodeQueryPart(_ raw: some StringProtocol) throws -> String {
        try decode(raw.utf8, plusIsSpace: true)
    }

    /// Encodes everything but unreserved characters (RFC 3986, 2.3), as `quote(x, safe="")` does.
    public static func encode(_ text: some StringProtocol, keeping kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let kept = Array(kept.utf8)
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                out.append(byte)
            case _ where kept.contains(byte):
                out.append(byte)
            default:
                out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func decode(_ raw: some Sequence<UInt8>, plusIsSpace: Bool) throws -> String {
        var out: [UInt8] = []
        var iterator = raw.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(Hex.nibble), let low = iterator.next().flatMap(Hex.nibble)
                else {
                    throw HubError(.badRequest, "Malformed percent-encoding in the URL")
                }
                out.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                out.append(UInt8(ascii: " "))
            default:
                out.append(byte)
            }
        }
        guard !out.contains(0) else { throw HubError(.badRequest, "NUL in the URL") }
        guard let text = String(validating: out, as: UTF8.self) else {
            throw HubError(.badRequest, "The URL is not UTF-8")
        }
        return text
    }
}
