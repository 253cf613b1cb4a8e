// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Lower-case hexadecimal, by table: `String(format:)` costs 700 times as much per digest.
public enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two lower-case digits for each byte.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.underestimatedCount * 2)
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes of an even number of hexadecimal digits (either case), or `nil` for anything else.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var out: [UInt8] = []
        let utf8 = text.utf8
        guard utf8.count.isMultiple(of: 2) else { return nil }
        out.reserveCapacity(utf8.count / 2)
        var high: UInt8?
        for digit in utf8 {
            guard let value = nibble(digit) else { return nil }
            if let first = high {
                out.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return out
    }

    /// Whether every character is a hexadecimal digit (either case).
    public static func isHex(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { nibble($0) != nil }
    }

    static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
