// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Applies git's deltas: instructions that copy from a base or insert bytes of their own.
public enum PackDelta {
    public enum Malformed: Error, Hashable {
        case cutShort
        /// The base has another size than the delta was made for.
        case otherBase
        /// An instruction reaches outside the base or the result, or is the reserved one.
        case badInstruction
        /// The result is shorter than announced.
        case tooShort
    }

    /// The sizes that a delta begins with: of its base and of its result, in bytes.
    public static func sizes(_ delta: UnsafeRawBufferPointer) throws(Malformed) -> (base: UInt64, result: UInt64) {
        var position = 0
        return (try size(delta, &position), try size(delta, &position))
    }

    /// - Parameter limit: bytes that the result may have at most; the caller has looked at ``sizes(_:)``.
    public static func apply(
        _ delta: UnsafeRawBufferPointer,
        to base: UnsafeRawBufferPointer,
        limit: Int
    ) throws(Malformed) -> [UInt8] {
        var position = 0
        guard try size(delta, &position) == UInt64(base.count) else { throw .otherBase }
        guard let count = Int(exactly: try size(delta, &position)), count <= limit else { throw .badInstruction }
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while position < delta.count {
            let instruction = delta[position]
            position += 1
            if instruction & 0x80 != 0 {
                let offset = try field(delta, &position, flags: instruction & 15)
                var length = try field(delta, &position, flags: instruction >> 4 & 7)
                if length == 0 { length = 0x10000 }
                guard offset <= base.count, length <= base.count - offset, length <= count - result.count else {
                    throw .badInstruction
                }
                result.append(contentsOf: base[offset..<(offset + length)])
            } else {
                let length = Int(instruction)
                guard length > 0, length <= count - result.count else { throw .badInstruction }
                guard length <= delta.count - position else { throw .cutShort }
                result.append(contentsOf: delta[position..<(position + length)])
                position += length
            }
        }
        guard result.count == count else { throw .tooShort }
        return result
    }

    private static func size(_ delta: UnsafeRawBufferPointer, _ position: inout Int) throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < delta.count {
            let byte = delta[position]
            position += 1
            // Nine groups of seven bits: more than any file has.
            guard shift < 63 else { throw .badInstruction }
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte & 0x80 == 0 { return value }
        }
        throw .cutShort
    }

    /// The bytes that `flags` says are there, least significant first.
    private static func field(
        _ delta: UnsafeRawBufferPointer,
        _ position: inout Int,
        flags: UInt8
    ) throws(Malformed) -> Int {
        var value = 0
        for bit in 0..<4 where flags & (1 << bit) != 0 {
            guard position < delta.count else { throw .cutShort }
            value |= Int(delta[position]) << (bit * 8)
            position += 1
        }
        return value
    }
}
