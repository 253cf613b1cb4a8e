// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CXet
public import HubCore
public import NIOCore

/// One chunk as it stands in a xorb: a header of eight bytes, then the packed bytes.
///
///     version 0 | packed length, 24 bits | scheme | unpacked length, 24 bits      (little-endian)
public struct ChunkRecord: Sendable, Hashable {
    public enum Scheme: UInt8, Sendable {
        case stored = 0
        /// One LZ4 frame.
        case lz4 = 1
        /// One LZ4 frame of the bytes grouped by their place in each four: what numbers of 32 bits pack well with.
        case groupedLZ4 = 2
    }

    public static let headerLength = 8
    /// Bytes of the longest chunk.
    public static let maximumLength = 128 << 10
    /// Bytes that a chunk may have packed; clients refuse more.
    public static let maximumPackedLength = 256 << 10

    public let scheme: Scheme
    /// Bytes after the header.
    public let packedLength: Int
    /// Bytes of the chunk itself.
    public let unpackedLength: Int

    /// - Throws: `HubError(.badRequest)` saying what is wrong with the first eight bytes.
    public init(header: UnsafeRawBufferPointer) throws(HubError) {
        try self.init(header: header.prefix(Self.headerLength).reduce(into: ByteBuffer()) { $0.writeInteger($1) })
    }

    /// - Throws: `HubError(.badRequest)` saying what is wrong with the first eight bytes.
    public init(header: ByteBuffer) throws(HubError) {
        guard let bits = header.getInteger(at: header.readerIndex, endianness: .little, as: UInt64.self) else {
            throw HubError(.badRequest, "its header is cut short")
        }
        guard bits & 0xff == 0 else { throw HubError(.badRequest, "its version is \(bits & 0xff), not 0") }
        guard let scheme = Scheme(rawValue: UInt8(truncatingIfNeeded: bits >> 32)) else {
            throw HubError(.badRequest, "its compression scheme \(bits >> 32 & 0xff) is not known")
        }
        self.scheme = scheme
        packedLength = Int(bits >> 8 & 0xff_ffff)
        unpackedLength = Int(bits >> 40)
        guard (1...Self.maximumLength).contains(unpackedLength) else {
            throw HubError(.badRequest, "it has \(unpackedLength) bytes, and may have 1 to \(Self.maximumLength)")
        }
        guard packedLength <= Self.maximumPackedLength else {
            throw HubError(
                .badRequest,
                "it has \(packedLength) bytes packed, and may have up to \(Self.maximumPackedLength)"
            )
        }
        guard scheme != .stored || packedLength == unpackedLength else {
            throw HubError(
                .badRequest,
                "it is stored as it is, in \(packedLength) bytes, but says it has \(unpackedLength)"
            )
        }
    }

    /// The header of a chunk that is stored as it is.
    /// - Parameter length: 1 to ``maximumLength`` bytes.
    public static func storedHeader(length: Int) -> [UInt8] {
        header(scheme: .stored, packedLength: length, unpackedLength: length)
    }

    static func header(scheme: Scheme, packedLength: Int, unpackedLength: Int) -> [UInt8] {
        func three(_ value: Int) -> [UInt8] { (0..<3).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        return [0] + three(packedLength) + [scheme.rawValue] + three(unpackedLength)
    }

    /// Unpacks into room of exactly ``unpackedLength`` bytes.
    /// - Throws: `HubError(.badRequest)` when the payload is not what the header says, `.unavailable` without memory.
    public func unpack(
        _ payload: UnsafeRawBufferPointer,
        into room: UnsafeMutableRawBufferPointer
    ) throws(HubError) {
        guard payload.count == packedLength, room.count == unpackedLength else {
            throw HubError(.badRequest, "it is cut short")
        }
        switch scheme {
        case .stored: room.copyMemory(from: payload)
        case .lz4: try unpackFrame(payload, into: room)
        case .groupedLZ4:
            var failure: HubError?
            withUnsafeTemporaryAllocation(byteCount: room.count, alignment: 16) { grouped in
                do throws(HubError) {
                    try unpackFrame(payload, into: grouped)
                    hub_bg4_join(
                        grouped.bindMemory(to: UInt8.self).baseAddress,
                        grouped.count,
                        room.bindMemory(to: UInt8.self).baseAddress
                    )
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
        }
    }

    private func unpackFrame(
        _ payload: UnsafeRawBufferPointer,
        into room: UnsafeMutableRawBufferPointer
    ) throws(HubError) {
        let end = hub_lz4_unpack(
            payload.bindMemory(to: UInt8.self).baseAddress,
            payload.count,
            room.bindMemory(to: UInt8.self).baseAddress,
            room.count
        )
        switch end {
        case hub_lz4_whole: return
        case hub_lz4_length: throw HubError(.badRequest, "it does not unpack to the \(unpackedLength) bytes it says")
        case hub_lz4_memory: throw HubError(.unavailable, "Memory is short; try again")
        default: throw HubError(.badRequest, "it is not one whole LZ4 frame")
        }
    }
}
