// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Gives the values of pages the meaning that the schema says.
enum LeafConversion {
    /// The cell at a place of a page's values; the caller stays within them.
    static func converter(_ element: ParquetElement) throws -> @Sendable (PageValues, Int) -> CellValue {
        let cell = cellMaker(element)
        return { values, index in
            guard case .indices(let indices, let dictionary) = values else { return cell(values, index) }
            return cell(dictionary, Int(indices[index]))
        }
    }

    private static func cellMaker(_ element: ParquetElement) -> @Sendable (PageValues, Int) -> CellValue {
        let meaning = element.meaning
        let isInt96 = element.physical == .int96
        return { values, index in
            switch values {
            case .bools(let bools): .bool(bools[index])
            case .floats(let floats): .double(Double(floats[index]))
            case .doubles(let doubles): .double(doubles[index])
            case .int32s(let numbers):
                number(Int64(numbers[index]), UInt64(UInt32(bitPattern: numbers[index])), meaning)
            case .int64s(let numbers): number(numbers[index], UInt64(bitPattern: numbers[index]), meaning)
            case .slices(let slices): isInt96 ? instant(slices[index]) : slice(slices[index], meaning)
            case .indices: .null
            }
        }
    }

    private static func number(_ signed: Int64, _ unsigned: UInt64, _ meaning: ParquetElement.Meaning) -> CellValue {
        switch meaning {
        case .integer(_, signed: false): Int64(exactly: unsigned).map { .int($0) } ?? .uint(unsigned)
        case .date: .string(CalendarText.date(days: signed))
        case .time(let unit): .string(CalendarText.time(signed, perSecond: unit.perSecond))
        case .timestamp(let unit, let utc):
            .string(CalendarText.instant(signed, perSecond: unit.perSecond) + (utc ? "+00:00" : ""))
        case .decimal(let scale, _): .string(DecimalText.write(signed.magnitude.description, signed < 0, scale: scale))
        default: .int(signed)
        }
    }

    private static func slice(_ bytes: ArraySlice<UInt8>, _ meaning: ParquetElement.Meaning) -> CellValue {
        switch meaning {
        case .text, .json: .string(String(decoding: bytes, as: UTF8.self))
        case .decimal(let scale, _): .string(DecimalText.write(bigEndian: bytes, scale: scale))
        case .float16 where bytes.count == 2:
            .double(HalfFloat.value(UInt16(bytes[bytes.startIndex]) | UInt16(bytes[bytes.startIndex + 1]) << 8))
        default: .bytes(bytes)
        }
    }

    /// Nanoseconds of a day, then the Julian day.
    private static func instant(_ bytes: ArraySlice<UInt8>) -> CellValue {
        let nanoseconds = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let day = bytes.dropFirst(8).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let days = Int64(day) - 2_440_588
        let perDay: Int64 = 86_400_000_000_000
        let (start, overflow) = days.multipliedReportingOverflow(by: perDay)
        guard !overflow, let within = Int64(exactly: nanoseconds), within < perDay * 2 else { return .null }
        return .string(CalendarText.instant(start &+ within, perSecond: 1_000_000_000))
    }
}

extension ParquetElement.TimeUnit {
    var perSecond: Int64 {
        switch self {
        case .milli: 1000
        case .micro: 1_000_000
        case .nano: 1_000_000_000
        }
    }
}

enum HalfFloat {
    static func value(_ bits: UInt16) -> Double {
        let sign = bits >> 15 == 1 ? -1.0 : 1.0
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = Double(bits & 0x3FF)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
        }
    }
}
