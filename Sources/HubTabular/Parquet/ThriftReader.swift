// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Reads Thrift's compact protocol, as far as Parquet's own structures use it.
struct ThriftReader {
    struct Field {
        let id: Int
        let type: UInt8
    }

    /// The types of the protocol that have an encoding of their own.
    private enum Kind {
        static let yes: UInt8 = 1
        static let no: UInt8 = 2
        static let byte: UInt8 = 3
        static let i64: UInt8 = 6
        static let double: UInt8 = 7
        static let binary: UInt8 = 8
        static let list: UInt8 = 9
        static let set: UInt8 = 10
        static let map: UInt8 = 11
        static let structure: UInt8 = 12
        static let uuid: UInt8 = 13
    }

    private static let maximumDepth = 32

    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// Where the next byte is, as an index of the slice it was made of.
    var position: Int { bytes.startIndex }

    /// Calls `body` for each field of a structure. What `body` leaves unread, by returning `false`, is skipped.
    mutating func structure(_ body: (inout ThriftReader, Field) throws -> Bool) throws {
        var last = 0
        while true {
            let head = try byte()
            guard head != 0 else { return }
            let delta = Int(head >> 4)
            let id = delta == 0 ? Int(truncatingIfNeeded: try zigzag()) : last &+ delta
            guard (0...Int(Int16.max)).contains(id) else { throw TabularError.metadata }
            last = id
            let field = Field(id: id, type: head & 0x0F)
            if try !body(&self, field) { try skip(field.type, depth: 0) }
        }
    }

    /// Calls `body` once for each structure of a list.
    mutating func structures(_ field: Field, limit: Int, _ body: (inout ThriftReader) throws -> Void) throws {
        let (count, type) = try listHead(field)
        guard type == Kind.structure, count <= limit else { throw TabularError.metadata }
        for _ in 0..<count { try body(&self) }
    }

    mutating func int(_ field: Field) throws -> Int64 {
        switch field.type {
        case Kind.byte: Int64(Int8(bitPattern: try byte()))
        case 4...Kind.i64: try zigzag()
        default: throw TabularError.metadata
        }
    }

    mutating func int32(_ field: Field) throws -> Int {
        guard let value = Int32(exactly: try int(field)) else { throw TabularError.metadata }
        return Int(value)
    }

    func bool(_ field: Field) throws -> Bool {
        guard field.type == Kind.yes || field.type == Kind.no else { throw TabularError.metadata }
        return field.type == Kind.yes
    }

    mutating func binary(_ field: Field) throws -> ArraySlice<UInt8> {
        guard field.type == Kind.binary else { throw TabularError.metadata }
        return try take(try varint())
    }

    mutating func text(_ field: Field) throws -> String { String(decoding: try binary(field), as: UTF8.self) }

    func isStructure(_ field: Field) -> Bool { field.type == Kind.structure }

    private mutating func listHead(_ field: Field) throws -> (count: Int, type: UInt8) {
        guard field.type == Kind.list || field.type == Kind.set else { throw TabularError.metadata }
        let head = try byte()
        let count = head >> 4 == 15 ? try varint() : UInt64(head >> 4)
        // Every element takes a byte at least: more of them than bytes cannot be.
        guard count <= UInt64(bytes.count) else { throw TabularError.metadata }
        return (Int(count), head & 0x0F)
    }

    private mutating func skip(_ type: UInt8, depth: Int) throws {
        guard depth < Self.maximumDepth else { throw TabularError.metadata }
        switch type {
        case Kind.yes, Kind.no: break
        case Kind.byte: _ = try byte()
        case 4...Kind.i64: _ = try varint()
        case Kind.double: _ = try take(8)
        case Kind.binary: _ = try take(try varint())
        case Kind.uuid: _ = try take(16)
        case Kind.list, Kind.set:
            let (count, element) = try listHead(Field(id: 0, type: type))
            for _ in 0..<count { try skipElement(element, depth: depth + 1) }
        case Kind.map:
            let count = try varint()
            guard count <= UInt64(bytes.count) else { throw TabularError.metadata }
            guard count > 0 else { return }
            let types = try byte()
            for _ in 0..<count {
                try skipElement(types >> 4, depth: depth + 1)
                try skipElement(types & 0x0F, depth: depth + 1)
            }
        case Kind.structure:
            while true {
                let head = try byte()
                guard head != 0 else { return }
                if head >> 4 == 0 { _ = try varint() }
                try skip(head & 0x0F, depth: depth + 1)
            }
        default: throw TabularError.metadata
        }
    }

    /// In lists and maps a boolean has a byte.
    private mutating func skipElement(_ type: UInt8, depth: Int) throws {
        if type == Kind.yes || type == Kind.no { _ = try byte() } else { try skip(type, depth: depth) }
    }

    private mutating func byte() throws -> UInt8 {
        guard let byte = bytes.popFirst() else { throw TabularError.metadataEnd }
        return byte
    }

    private mutating func take(_ count: UInt64) throws -> ArraySlice<UInt8> {
        guard count <= UInt64(bytes.count) else { throw TabularError.metadataEnd }
        defer { bytes = bytes.dropFirst(Int(count)) }
        return bytes.prefix(Int(count))
    }

    private mutating func varint() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw TabularError.metadata
    }

    private mutating func zigzag() throws -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

extension TabularError {
    static let metadata = TabularError("its Parquet metadata is malformed")
    /// Told apart, because a header may go on beyond what was fetched of it.
    static let metadataEnd = TabularError("its Parquet metadata is cut short")
}
