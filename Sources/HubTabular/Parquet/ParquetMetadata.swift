// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The footer of a Parquet file, as far as reading needs it.
struct ParquetMetadata: Sendable {
    struct Column: Sendable {
        var codec = 0
        var valueCount: Int64 = 0
        var uncompressedSize: Int64 = 0
        var compressedSize: Int64 = 0
        var dataOffset: Int64 = 0
        var dictionaryOffset: Int64?
        var isElsewhere = false

        /// Where the first page is: writers differ in what they say of a dictionary that is not there.
        var start: Int64 {
            guard let dictionaryOffset, dictionaryOffset > 0, dictionaryOffset < dataOffset else { return dataOffset }
            return dictionaryOffset
        }
    }

    struct RowGroup: Sendable {
        var columns: [Column] = []
        var rowCount = 0
    }

    var elements: [ParquetElement] = []
    var rowCount: Int64 = 0
    var groups: [RowGroup] = []
    /// What writers note about themselves and the table.
    var notes: [String: String] = [:]

    private static let maximumElements = 20_000
    private static let maximumGroups = 1 << 20

    init(parsing bytes: [UInt8]) throws {
        var reader = ThriftReader(bytes[...])
        try reader.structure { reader, field in
            switch field.id {
            case 2:
                try reader.structures(field, limit: Self.maximumElements) { elements.append(try ParquetElement(&$0)) }
            case 3: rowCount = try reader.int(field)
            case 4: try reader.structures(field, limit: Self.maximumGroups) { groups.append(try Self.group(&$0)) }
            case 5:
                try reader.structures(field, limit: Self.maximumElements) { reader in
                    let (key, value) = try Self.note(&reader)
                    notes[key] = value
                }
            default: return false
            }
            return true
        }
    }

    private static func note(_ reader: inout ThriftReader) throws -> (key: String, value: String) {
        var (key, value) = ("", "")
        try reader.structure { reader, field in
            switch field.id {
            case 1: key = try reader.text(field)
            case 2: value = try reader.text(field)
            default: return false
            }
            return true
        }
        return (key, value)
    }

    private static func group(_ reader: inout ThriftReader) throws -> RowGroup {
        var group = RowGroup()
        try reader.structure { reader, field in
            switch field.id {
            case 1: try reader.structures(field, limit: maximumElements) { group.columns.append(try column(&$0)) }
            case 3:
                guard let count = Int(exactly: try reader.int(field)), count >= 0 else { throw TabularError.metadata }
                group.rowCount = count
            default: return false
            }
            return true
        }
        return group
    }

    private static func column(_ reader: inout ThriftReader) throws -> Column {
        var column = Column()
        try reader.structure { reader, field in
            switch field.id {
            case 1: column.isElsewhere = try !reader.binary(field).isEmpty
            case 3 where reader.isStructure(field): try reader.structure { try read(&column, &$0, $1) }
            default: return false
            }
            return true
        }
        return column
    }

    private static func read(
        _ column: inout Column,
        _ reader: inout ThriftReader,
        _ field: ThriftReader.Field
    ) throws -> Bool {
        switch field.id {
        case 4: column.codec = try reader.int32(field)
        case 5: column.valueCount = try reader.int(field)
        case 6: column.uncompressedSize = try reader.int(field)
        case 7: column.compressedSize = try reader.int(field)
        case 9: column.dataOffset = try reader.int(field)
        case 11: column.dictionaryOffset = try reader.int(field)
        default: return false
        }
        return true
    }
}
