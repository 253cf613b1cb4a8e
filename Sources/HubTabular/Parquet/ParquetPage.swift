// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The head of a page.
struct ParquetPage {
    /// Larger pages are not read, in bytes, packed or not.
    static let maximumBytes = 128 << 20
    /// Values that a page may say to have: a run of a few bytes can stand for any number.
    static let maximumValues = 8 << 20
    /// Longer heads are not read, in bytes. They hold statistics, which hold values.
    static let maximumHead = 1 << 20

    enum Kind: Int { case data, index, dictionary, dataV2 }

    var kind: Kind?
    var unpackedSize = 0
    var packedSize = 0
    var valueCount = 0
    var encoding = -1
    var levelEncodings = (definition: 3, repetition: 3)
    /// Of the second version, which says them outright.
    var rowCount = 0
    var definitionSize = 0
    var repetitionSize = 0
    var isPacked = true

    /// The head, and the bytes that it takes.
    /// - Throws: ``TabularError/metadataEnd`` if it goes on behind `bytes`.
    static func read(_ bytes: ArraySlice<UInt8>) throws -> (page: ParquetPage, size: Int) {
        var page = ParquetPage()
        var reader = ThriftReader(bytes)
        try reader.structure { reader, field in
            switch field.id {
            case 1: page.kind = Kind(rawValue: try reader.int32(field))
            case 2: page.unpackedSize = try reader.int32(field)
            case 3: page.packedSize = try reader.int32(field)
            case 5 where reader.isStructure(field): try reader.structure { try page.readV1(&$0, $1) }
            case 7 where reader.isStructure(field): try reader.structure { try page.readDictionary(&$0, $1) }
            case 8 where reader.isStructure(field): try reader.structure { try page.readV2(&$0, $1) }
            default: return false
            }
            return true
        }
        guard page.unpackedSize >= 0, page.packedSize >= 0, page.valueCount >= 0, page.rowCount >= 0,
            page.definitionSize >= 0, page.repetitionSize >= 0
        else { throw TabularError.page }
        return (page, reader.position - bytes.startIndex)
    }

    private mutating func readV1(_ reader: inout ThriftReader, _ field: ThriftReader.Field) throws -> Bool {
        switch field.id {
        case 1: valueCount = try reader.int32(field)
        case 2: encoding = try reader.int32(field)
        case 3: levelEncodings.definition = try reader.int32(field)
        case 4: levelEncodings.repetition = try reader.int32(field)
        default: return false
        }
        return true
    }

    private mutating func readDictionary(_ reader: inout ThriftReader, _ field: ThriftReader.Field) throws -> Bool {
        switch field.id {
        case 1: valueCount = try reader.int32(field)
        case 2: encoding = try reader.int32(field)
        default: return false
        }
        return true
    }

    private mutating func readV2(_ reader: inout ThriftReader, _ field: ThriftReader.Field) throws -> Bool {
        switch field.id {
        case 1: valueCount = try reader.int32(field)
        case 3: rowCount = try reader.int32(field)
        case 4: encoding = try reader.int32(field)
        case 5: definitionSize = try reader.int32(field)
        case 6: repetitionSize = try reader.int32(field)
        case 7: isPacked = try reader.bool(field)
        default: return false
        }
        return true
    }
}
