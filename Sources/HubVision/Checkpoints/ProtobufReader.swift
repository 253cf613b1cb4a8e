// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Reads the fields of one protobuf message, in place and without trusting a length.
struct ProtobufReader {
    /// A field's content; numbers of fixed width are passed over.
    enum Value {
        case number(UInt64)
        case bytes(UnsafeRawBufferPointer)
        case other
    }

    struct Malformed: Error {}

    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next field; `nil` at the end.
    mutating func next() throws(Malformed) -> (field: UInt64, value: Value)? {
        guard at < bytes.count else { return nil }
        let key = try number()
        switch key & 7 {
        case 0: return (key >> 3, .number(try number()))
        case 1: return (key >> 3, try skip(8))
        case 2:
            guard let count = Int(exactly: try number()), count <= bytes.count - at else { throw Malformed() }
            defer { at += count }
            return (key >> 3, .bytes(UnsafeRawBufferPointer(rebasing: bytes[at..<(at + count)])))
        case 5: return (key >> 3, try skip(4))
        // Groups have long been out of use.
        default: throw Malformed()
        }
    }

    private mutating func skip(_ count: Int) throws(Malformed) -> Value {
        guard count <= bytes.count - at else { throw Malformed() }
        at += count
        return .other
    }

    private mutating func number() throws(Malformed) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard at < bytes.count else { throw Malformed() }
            let byte = bytes[at]
            at += 1
            if shift < 64 { result |= UInt64(byte & 0x7F) << shift }
            if byte & 0x80 == 0 { return result }
        }
        throw Malformed()
    }
}
