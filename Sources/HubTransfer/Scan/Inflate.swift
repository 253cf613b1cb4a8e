// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Unpacks DEFLATE data (RFC 1951) into memory, up to a limit.
///
/// For the few kilobytes of an archive member that a scan looks at; transfers never come here.
public enum Inflate {
    public struct Malformed: Error, Sendable {}

    /// - Parameter limit: bytes to unpack at most; a longer result is cut there.
    /// - Returns: the bytes, and whether they are all there are.
    /// - Throws: ``Malformed``.
    public static func unpack(_ bytes: [UInt8], limit: Int) throws(Malformed) -> (bytes: [UInt8], isWhole: Bool) {
        var decoder = Decoder(input: bytes, limit: limit)
        let isWhole = try decoder.run()
        return (decoder.output, isWhole)
    }

    /// Where the DEFLATE data of a zlib (RFC 1950) or gzip (RFC 1952) file begins, or `nil` if it is neither.
    public static func start(of bytes: [UInt8]) -> Int? {
        guard bytes.count >= 18, let first = bytes.first, let second = bytes.dropFirst().first else { return nil }
        if first == 0x78, (UInt16(first) << 8 | UInt16(second)) % 31 == 0, second & 0x20 == 0 { return 2 }
        guard first == 0x1f, second == 0x8b, bytes.dropFirst(2).first == 8, let flags = bytes.dropFirst(3).first else {
            return nil
        }
        var rest = bytes[...].dropFirst(10)
        if flags & 4 != 0 {
            let length = rest.prefix(2).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(2 + length)
        }
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            rest = rest.drop { $0 != 0 }.dropFirst()
        }
        if flags & 2 != 0 { rest = rest.dropFirst(2) }
        return rest.startIndex < bytes.count ? rest.startIndex : nil
    }

    private struct Code {
        /// Codes per length, and symbols in their order: a canonical Huffman code.
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int]

        init(lengths: ArraySlice<Int>) {
            for length in lengths { counts[length] += 1 }
            symbols = []
            for length in 1...15 {
                for (symbol, own) in lengths.enumerated() where own == length { symbols.append(symbol) }
            }
        }
    }

    private struct Decoder {
        let input: [UInt8]
        let limit: Int
        var output: [UInt8] = []
        var position = 0
        var bits: UInt32 = 0
        var bitCount = 0

        static let lengthBase = [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
            227, 258,
        ]
        static let lengthExtra = [
            0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
        ]
        static let distanceBase = [
            1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
            4097, 6145, 8193, 12289, 16385, 24577,
        ]
        static let distanceExtra = [
            0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
        ]
        static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

        init(input: [UInt8], limit: Int) {
            self.input = input
            self.limit = limit
        }

        mutating func run() throws(Malformed) -> Bool {
            while true {
                let isLast = try take(1) == 1
                switch try take(2) {
                case 0: try stored()
                case 1:
                    let lengths =
                        [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112)
                        + [Int](repeating: 7, count: 24) + [Int](repeating: 8, count: 8)
                    try block(Code(lengths: lengths[...]), Code(lengths: [Int](repeating: 5, count: 30)[...]))
                case 2: try dynamic()
                default: throw Malformed()
                }
                if output.count >= limit { return false }
                if isLast { return true }
            }
        }

        mutating func take(_ count: Int) throws(Malformed) -> Int {
            while bitCount < count {
                guard position < input.count else { throw Malformed() }
                bits |= UInt32(input[position]) << UInt32(bitCount)
                position += 1
                bitCount += 8
            }
            let value = Int(bits & ((1 << UInt32(count)) - 1))
            bits >>= UInt32(count)
            bitCount -= count
            return value
        }

        mutating func stored() throws(Malformed) {
            bits = 0
            bitCount = 0
            guard input.count - position >= 4 else { throw Malformed() }
            let length = Int(input[position]) | Int(input[position + 1]) << 8
            position += 4
            guard input.count - position >= length else { throw Malformed() }
            output += input[position..<position + min(length, max(0, limit - output.count))]
            position += length
        }

        mutating func symbol(_ code: Code) throws(Malformed) -> Int {
            var value = 0
            var first = 0
            var index = 0
            for length in 1...15 {
                value |= try take(1)
                let count = code.counts[length]
                if value - count < first {
                    let place = index + value - first
                    guard code.symbols.indices.contains(place) else { throw Malformed() }
                    return code.symbols[place]
                }
                index += count
                first = (first + count) << 1
                value <<= 1
            }
            throw Malformed()
        }

        mutating func block(_ literals: Code, _ distances: Code) throws(Malformed) {
            while output.count < limit {
                let symbol = try symbol(literals)
                if symbol < 256 {
                    output.append(UInt8(truncatingIfNeeded: symbol))
                    continue
                }
                if symbol == 256 { return }
                let which = symbol - 257
                guard Self.lengthBase.indices.contains(which) else { throw Malformed() }
                let length = Self.lengthBase[which] + (try take(Self.lengthExtra[which]))
                let far = try self.symbol(distances)
                guard Self.distanceBase.indices.contains(far) else { throw Malformed() }
                let distance = Self.distanceBase[far] + (try take(Self.distanceExtra[far]))
                guard distance <= output.count else { throw Malformed() }
                for _ in 0..<length { output.append(output[output.count - distance]) }
            }
        }

        mutating func dynamic() throws(Malformed) {
            let literalCount = try take(5) + 257
            let distanceCount = try take(5) + 1
            let codeCount = try take(4) + 4
            guard literalCount <= 286, distanceCount <= 30 else { throw Malformed() }
            var codeLengths = [Int](repeating: 0, count: 19)
            for place in Self.order.prefix(codeCount) { codeLengths[place] = try take(3) }
            let lengthCode = Code(lengths: codeLengths[...])
            var lengths: [Int] = []
            while lengths.count < literalCount + distanceCount {
                let symbol = try symbol(lengthCode)
                switch symbol {
                case 0..<16: lengths.append(symbol)
                case 16:
                    guard let last = lengths.last else { throw Malformed() }
                    lengths += [Int](repeating: last, count: 3 + (try take(2)))
                case 17: lengths += [Int](repeating: 0, count: 3 + (try take(3)))
                default: lengths += [Int](repeating: 0, count: 11 + (try take(7)))
                }
            }
            guard lengths.count == literalCount + distanceCount else { throw Malformed() }
            try block(Code(lengths: lengths[..<literalCount]), Code(lengths: lengths[literalCount...]))
        }
    }
}
