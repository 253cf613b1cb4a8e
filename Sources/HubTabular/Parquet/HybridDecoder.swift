// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The mixture of runs and packed bits that levels, dictionary indices and booleans are written in.
enum HybridDecoder {
    /// Exactly `count` numbers of `width` bits.
    static func decode(_ bytes: ArraySlice<UInt8>, width: Int, count: Int) throws -> [UInt32] {
        guard (0...32).contains(width) else { throw TabularError("a page packs numbers into \(width) bits") }
        guard width > 0 else { return [UInt32](repeating: 0, count: count) }
        var values: [UInt32] = []
        values.reserveCapacity(count)
        var rest = ByteCursor(bytes)
        while values.count < count {
            let head = try rest.varint()
            let missing = count - values.count
            if head & 1 == 0 {
                var value: UInt32 = 0
                for shift in 0..<(width + 7) / 8 { value |= UInt32(try rest.byte()) << UInt32(8 * shift) }
                values.append(contentsOf: repeatElement(value, count: Int(min(head >> 1, UInt64(missing)))))
                // A run of nothing could go on for ever.
                if head == 0 { throw TabularError("a page has a run of no values") }
            } else {
                guard head >> 1 <= UInt64(Int32.max), head > 1 else {
                    throw TabularError("a page has a run of no values")
                }
                let wanted = min(Int(head >> 1) * 8, missing)
                // The last group need not be written to its end.
                let packed = rest.prefix(Int(head >> 1) * width)
                guard packed.count * 8 >= wanted * width else { throw TabularError.page }
                BitUnpacker.unpack(packed, width: width, count: wanted) {
                    values.append(UInt32(truncatingIfNeeded: $0))
                }
            }
        }
        return values
    }
}

/// Numbers of a fixed number of bits, lowest bits first.
enum BitUnpacker {
    /// - Parameter bytes: hold `count * width` bits; the caller has looked.
    static func unpack(_ bytes: ArraySlice<UInt8>, width: Int, count: Int, _ body: (UInt64) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            var low: UInt64 = 0
            var held = 0
            var next = 0
            let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
            for _ in 0..<count {
                var value = low
                var have = held
                var leftover: UInt64 = 0
                while have < width, next < bytes.count {
                    let byte = UInt64(bytes[next])
                    next += 1
                    value |= byte << UInt64(have)
                    have += 8
                    // A byte that crosses the end of 64 bits leaves its upper part for the next number.
                    if have > 64 { leftover = byte >> UInt64(72 - have) }
                }
                body(value & mask)
                if have > 64 {
                    held = have - width
                    low = width == 64 ? leftover : (value >> UInt64(width)) | (leftover << UInt64(64 - width))
                } else {
                    held = max(0, have - width)
                    low = width == 64 ? 0 : value >> UInt64(width)
                }
            }
        }
    }
}

/// Bytes taken one after the other.
struct ByteCursor {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func byte() throws -> UInt8 {
        guard let byte = rest.popFirst() else { throw TabularError.page }
        return byte
    }

    mutating func varint() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw TabularError.page
    }

    mutating func zigzag() throws -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw TabularError.page }
        return prefix(count)
    }

    /// Up to `count` bytes.
    mutating func prefix(_ count: Int) -> ArraySlice<UInt8> {
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Four bytes, lowest first.
    mutating func length() throws -> Int {
        var value = 0
        for (index, byte) in try take(4).enumerated() { value |= Int(byte) << (8 * index) }
        return value
    }
}

extension TabularError {
    static let page = TabularError("a page is cut short or malformed")
}
