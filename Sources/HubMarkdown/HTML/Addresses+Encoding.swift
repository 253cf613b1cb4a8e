// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension Addresses {
    private static let hex = Array("0123456789ABCDEF".utf8)
    private static let marks = Array("-._~".utf8)
    private static let delimiters = Array(":/?#[]@!$&'()*+,;=".utf8)

    /// An address with its delimiters and what is encoded already; all else that is no letter is encoded.
    static func encoded(_ bytes: some BidirectionalCollection<UInt8>) -> String {
        let bytes = Array(bytes)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            let isEncoded =
                byte == UInt8(ascii: "%") && index + 2 < bytes.count && bytes[index + 1].hexValue != nil
                && bytes[index + 2].hexValue != nil
            append(byte, to: &out, as: isEncoded || delimiters.contains(byte))
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// One segment of a path, given as it is.
    static func encoded(segment: [UInt8]) -> String {
        var out: [UInt8] = []
        for byte in segment { append(byte, to: &out, as: false) }
        return String(decoding: out, as: UTF8.self)
    }

    static func encoded(fragment: String) -> String { encoded(segment: Array(fragment.utf8)) }

    private static func append(_ byte: UInt8, to out: inout [UInt8], as plain: Bool) {
        if plain || byte.isASCIILetter || byte.isASCIIDigit || marks.contains(byte) {
            out.append(byte)
        } else {
            out.append(contentsOf: [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]])
        }
    }

    static func percentDecoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.endIndex, let high = bytes[index + 1].hexValue,
                let low = bytes[index + 2].hexValue
            {
                out.append(high << 4 | low)
                index += 3
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out
    }
}
