// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The values of a page before they have a meaning.
enum PageValues {
    case bools([Bool])
    case int32s([Int32])
    case int64s([Int64])
    case floats([Float])
    case doubles([Double])
    case slices([ArraySlice<UInt8>])
    /// Places in a dictionary.
    indirect case indices([UInt32], of: PageValues)

    var count: Int {
        switch self {
        case .bools(let values): values.count
        case .int32s(let values): values.count
        case .int64s(let values): values.count
        case .floats(let values): values.count
        case .doubles(let values): values.count
        case .slices(let values): values.count
        case .indices(let values, _): values.count
        }
    }
}

/// Decodes the bytes of a page after its levels.
struct PageValueDecoder {
    let element: ParquetElement
    let dictionary: PageValues?

    func decode(_ bytes: ArraySlice<UInt8>, encoding: Int, count: Int) throws -> PageValues {
        let values = try values(bytes, encoding, count)
        guard values.count == count else { throw TabularError.page }
        return values
    }

    private func values(_ bytes: ArraySlice<UInt8>, _ encoding: Int, _ count: Int) throws -> PageValues {
        var cursor = ByteCursor(bytes)
        switch encoding {
        case 0: return try plain(&cursor, count)
        case 2, 8:
            guard let dictionary else { throw TabularError("a page needs a dictionary that is not there") }
            guard count > 0 else { return .indices([], of: dictionary) }
            let width = Int(try cursor.byte())
            let indices = try HybridDecoder.decode(cursor.rest, width: width, count: count)
            guard indices.allSatisfy({ Int($0) < dictionary.count }) else {
                throw TabularError("a page names a value that its dictionary does not have")
            }
            return .indices(indices, of: dictionary)
        case 3 where element.physical == .boolean:
            let packed = try cursor.take(try cursor.length())
            return .bools(try HybridDecoder.decode(packed, width: 1, count: count).map { $0 != 0 })
        case 5:
            let numbers = try DeltaDecoder.integers(&cursor, limit: count)
            switch element.physical {
            case .int32?: return .int32s(numbers.map { Int32(truncatingIfNeeded: $0) })
            case .int64?: return .int64s(numbers)
            default: throw Self.unexpected(encoding)
            }
        case 6 where element.physical == .byteArray: return .slices(try DeltaDecoder.slices(&cursor, limit: count))
        case 7 where element.physical == .byteArray || element.physical == .fixedByteArray:
            return .slices(try DeltaDecoder.shared(&cursor, limit: count, byteLimit: ParquetPage.maximumBytes))
        case 9:
            guard let width = width, element.physical != .int96 else { throw Self.unexpected(encoding) }
            var joined = ByteCursor(try Self.joined(bytes, width: width, count: count)[...])
            return try plain(&joined, count)
        default: throw Self.unexpected(encoding)
        }
    }

    private func plain(_ cursor: inout ByteCursor, _ count: Int) throws -> PageValues {
        switch element.physical {
        case .boolean?:
            let packed = try cursor.take((count + 7) / 8)
            var values: [Bool] = []
            values.reserveCapacity(count)
            BitUnpacker.unpack(packed, width: 1, count: count) { values.append($0 != 0) }
            return .bools(values)
        case .int32?: return .int32s(try Self.numbers(&cursor, count))
        case .int64?: return .int64s(try Self.numbers(&cursor, count))
        case .float?:
            let bits: [UInt32] = try Self.numbers(&cursor, count)
            return .floats(bits.map { Float(bitPattern: $0) })
        case .double?:
            let bits: [UInt64] = try Self.numbers(&cursor, count)
            return .doubles(bits.map { Double(bitPattern: $0) })
        case .byteArray?:
            var slices: [ArraySlice<UInt8>] = []
            slices.reserveCapacity(min(count, cursor.rest.count / 4 + 1))
            for _ in 0..<count { slices.append(try cursor.take(try cursor.length())) }
            return .slices(slices)
        default:
            guard let width else { throw TabularError.metadata }
            return .slices(try (0..<count).map { _ in try cursor.take(width) })
        }
    }

    /// Bytes of a value where all have the same.
    private var width: Int? {
        switch element.physical {
        case .int32?, .float?: 4
        case .int64?, .double?: 8
        case .int96?: 12
        case .fixedByteArray? where element.length > 0: element.length
        default: nil
        }
    }

    private static func numbers<Number: FixedWidthInteger>(_ cursor: inout ByteCursor, _ count: Int) throws -> [Number]
    {
        let width = Number.bitWidth / 8
        let (size, overflow) = count.multipliedReportingOverflow(by: width)
        guard !overflow else { throw TabularError.page }
        return try cursor.take(size).withUnsafeBytes { bytes in
            (0..<count).map { Number(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * width, as: Number.self)) }
        }
    }

    /// Puts together what was written as all first bytes, all second bytes and so on.
    private static func joined(_ bytes: ArraySlice<UInt8>, width: Int, count: Int) throws -> [UInt8] {
        let (size, overflow) = count.multipliedReportingOverflow(by: width)
        guard !overflow, bytes.count >= size else { throw TabularError.page }
        var joined = [UInt8](repeating: 0, count: size)
        for stream in 0..<width {
            let start = bytes.startIndex + stream * count
            for index in 0..<count { joined[index * width + stream] = bytes[start + index] }
        }
        return joined
    }

    private static func unexpected(_ encoding: Int) -> TabularError {
        TabularError("a page has the encoding \(encoding), which is not read for its type")
    }
}
