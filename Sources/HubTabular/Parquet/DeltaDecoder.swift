// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Numbers as packed differences, and texts by their lengths and what they share with the one before.
enum DeltaDecoder {
    /// At most `limit` numbers; `cursor` stands behind them afterwards.
    static func integers(_ cursor: inout ByteCursor, limit: Int) throws -> [Int64] {
        let blockSize = try cursor.varint()
        let partCount = try cursor.varint()
        let total = try cursor.varint()
        var value = try cursor.zigzag()
        guard (1...1 << 20).contains(blockSize), (1...blockSize).contains(partCount), blockSize % partCount == 0,
            (blockSize / partCount) % 8 == 0, total <= UInt64(limit)
        else { throw TabularError.page }
        let count = Int(total)
        let perPart = Int(blockSize / partCount)
        var values: [Int64] = []
        values.reserveCapacity(count)
        if count > 0 { values.append(value) }
        while values.count < count {
            let smallest = try cursor.zigzag()
            let widths = Array(try cursor.take(Int(partCount)))
            for width in widths where values.count < count {
                guard width <= 64 else { throw TabularError.page }
                let wanted = min(perPart, count - values.count)
                let packed = cursor.prefix(perPart / 8 * Int(width))
                guard packed.count * 8 >= wanted * Int(width) else { throw TabularError.page }
                BitUnpacker.unpack(packed, width: Int(width), count: wanted) { delta in
                    value = value &+ smallest &+ Int64(bitPattern: delta)
                    values.append(value)
                }
            }
        }
        return values
    }

    /// All lengths, then all bytes.
    static func slices(_ cursor: inout ByteCursor, limit: Int) throws -> [ArraySlice<UInt8>] {
        try integers(&cursor, limit: limit).map { length in
            guard let length = Int(exactly: length) else { throw TabularError.page }
            return try cursor.take(length)
        }
    }

    /// What each shares with the one before, then the rest of each.
    /// - Parameter byteLimit: bytes of all together: a few can say that they share much.
    static func shared(_ cursor: inout ByteCursor, limit: Int, byteLimit: Int) throws -> [ArraySlice<UInt8>] {
        let prefixes = try integers(&cursor, limit: limit)
        let suffixes = try slices(&cursor, limit: limit)
        guard prefixes.count == suffixes.count else { throw TabularError.page }
        var bytes: [UInt8] = []
        var ranges: [Range<Int>] = []
        var previous = 0..<0
        for (prefix, suffix) in zip(prefixes, suffixes) {
            guard let prefix = Int(exactly: prefix), (0...previous.count).contains(prefix) else {
                throw TabularError.page
            }
            guard bytes.count + prefix + suffix.count <= byteLimit else { throw TabularError.largePage }
            let start = bytes.count
            bytes.append(contentsOf: Array(bytes[previous.lowerBound..<previous.lowerBound + prefix]))
            bytes.append(contentsOf: suffix)
            previous = start..<bytes.count
            ranges.append(previous)
        }
        return ranges.map { bytes[$0] }
    }
}

extension TabularError {
    static let largePage = TabularError("a page is larger than the \(ParquetPage.maximumBytes >> 20) MB that are read")
}
