// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// One line of a Parquet schema, which is a tree written depth first.
struct ParquetElement: Sendable {
    enum Repetition: Int { case required, optional, repeated }

    enum Physical: Int {
        case boolean, int32, int64, int96, float, double, byteArray, fixedByteArray
    }

    enum TimeUnit: Int {
        case milli = 1
        case micro, nano
    }

    /// What the bytes mean, from the logical type or from the older converted type.
    enum Meaning: Equatable {
        case plain, text, map, list, date, uuid, float16, json, nothing
        case decimal(scale: Int, precision: Int)
        case time(TimeUnit)
        case timestamp(TimeUnit, utc: Bool)
        case integer(bits: Int, signed: Bool)
    }

    var name = ""
    var physical: Physical?
    var length = 0
    var repetition = Repetition.required
    var childCount = 0
    var meaning = Meaning.plain

    init(_ reader: inout ThriftReader) throws {
        var converted: Int?
        var scale = 0
        var precision = 0
        var logical: Meaning?
        try reader.structure { reader, field in
            switch field.id {
            case 1:
                guard let type = Physical(rawValue: try reader.int32(field)) else {
                    throw TabularError("it has a column of a type that Parquet does not know")
                }
                physical = type
            case 2: length = try reader.int32(field)
            case 3:
                guard let known = Repetition(rawValue: try reader.int32(field)) else { throw TabularError.metadata }
                repetition = known
            case 4: name = try reader.text(field)
            case 5: childCount = try reader.int32(field)
            case 6: converted = try reader.int32(field)
            case 7: scale = try reader.int32(field)
            case 8: precision = try reader.int32(field)
            case 10 where reader.isStructure(field): logical = try Self.logical(&reader)
            default: return false
            }
            return true
        }
        meaning = logical ?? Self.meaning(converted: converted, scale: scale, precision: precision)
    }

    private static func meaning(converted: Int?, scale: Int, precision: Int) -> Meaning {
        switch converted {
        case 0, 4: .text
        case 1, 2: .map
        case 3: .list
        case 5: .decimal(scale: scale, precision: precision)
        case 6: .date
        case 7: .time(.milli)
        case 8: .time(.micro)
        case 9: .timestamp(.milli, utc: true)
        case 10: .timestamp(.micro, utc: true)
        case 11: .integer(bits: 8, signed: false)
        case 12: .integer(bits: 16, signed: false)
        case 13: .integer(bits: 32, signed: false)
        case 14: .integer(bits: 64, signed: false)
        case 15: .integer(bits: 8, signed: true)
        case 16: .integer(bits: 16, signed: true)
        case 17: .integer(bits: 32, signed: true)
        case 18: .integer(bits: 64, signed: true)
        case 19: .json
        default: .plain
        }
    }

    /// The union of logical types: the one field that is there says which.
    private static func logical(_ reader: inout ThriftReader) throws -> Meaning? {
        var meaning: Meaning?
        try reader.structure { reader, field in
            guard reader.isStructure(field) else { return false }
            switch field.id {
            case 1, 4: meaning = .text
            case 2: meaning = .map
            case 3: meaning = .list
            case 5:
                let (scale, precision) = try pair(&reader)
                meaning = .decimal(scale: scale, precision: precision)
                return true
            case 6: meaning = .date
            case 7, 8:
                let (utc, unit) = try time(&reader)
                guard let unit = TimeUnit(rawValue: unit) else { throw TabularError.metadata }
                meaning = field.id == 7 ? .time(unit) : .timestamp(unit, utc: utc == 1)
                return true
            case 10:
                let (bits, signed) = try integer(&reader)
                meaning = .integer(bits: bits, signed: signed)
                return true
            case 11: meaning = .nothing
            case 12: meaning = .json
            case 14: meaning = .uuid
            case 15: meaning = .float16
            default: break
            }
            return false
        }
        return meaning
    }

    private static func pair(_ reader: inout ThriftReader) throws -> (Int, Int) {
        var values = (0, 0)
        try reader.structure { reader, field in
            switch field.id {
            case 1: values.0 = try reader.int32(field)
            case 2: values.1 = try reader.int32(field)
            default: return false
            }
            return true
        }
        return values
    }

    private static func integer(_ reader: inout ThriftReader) throws -> (bits: Int, signed: Bool) {
        var value = (bits: 64, signed: true)
        try reader.structure { reader, field in
            switch field.id {
            case 1: value.bits = try reader.int32(field)
            case 2: value.signed = try reader.bool(field)
            default: return false
            }
            return true
        }
        return value
    }

    private static func time(_ reader: inout ThriftReader) throws -> (utc: Int, unit: Int) {
        var value = (utc: 0, unit: 0)
        try reader.structure { reader, field in
            switch field.id {
            case 1: value.utc = try reader.bool(field) ? 1 : 0
            case 2 where reader.isStructure(field):
                try reader.structure { _, unit in
                    value.unit = unit.id
                    return false
                }
            default: return false
            }
            return true
        }
        return value
    }
}
