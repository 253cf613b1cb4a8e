// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Decimals with a fixed number of digits after the point.
enum DecimalText {
    static func write(_ digits: String, _ isNegative: Bool, scale: Int) -> String {
        let sign = isNegative ? "-" : ""
        guard scale > 0, scale < 1000 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    /// Of a two's complement number of any length up to 32 bytes, highest byte first.
    static func write(bigEndian bytes: ArraySlice<UInt8>, scale: Int) -> String {
        let isNegative = (bytes.first ?? 0) >= 0x80
        var magnitude = Array(bytes.prefix(32))
        if isNegative {
            var carry = true
            for index in magnitude.indices.reversed() {
                let (sum, overflow) = (~magnitude[index]).addingReportingOverflow(carry ? 1 : 0)
                magnitude[index] = sum
                carry = overflow
            }
        }
        var digits: [Character] = []
        while magnitude.contains(where: { $0 != 0 }) {
            var remainder = 0
            for index in magnitude.indices {
                let value = remainder << 8 | Int(magnitude[index])
                magnitude[index] = UInt8(value / 10)
                remainder = value % 10
            }
            digits.append(Character(String(remainder)))
        }
        return write(digits.isEmpty ? "0" : String(digits.reversed()), isNegative, scale: scale)
    }
}
