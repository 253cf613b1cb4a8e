// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The directory at the end of a ZIP archive: where each member's bytes are. Knows ZIP64.
public struct ZipDirectory: Sendable {
    public struct Malformed: Error, Sendable {
        public init() {}
    }

    public struct Member: Sendable, Hashable {
        public let name: String
        /// 0 stored, 8 DEFLATE; others are not read here.
        public let method: UInt16
        public let packedSize: UInt64
        /// Of the member's own header, from the start of the archive.
        public let headerOffset: UInt64
    }

    /// Bytes at the end of a file in which the directory's own end must lie.
    public static let tailSize = 65_557 + 20
    /// Bytes of a member's own header before its name.
    public static let memberHeaderSize = 30
    private static let maximumMembers = 100_000

    /// Where the directory lies.
    public let offset: UInt64
    public let size: UInt64

    /// Finds the directory.
    /// - Parameters:
    ///   - tail: the last bytes of the file, ``tailSize`` of them or the whole.
    ///   - fileSize: in bytes.
    ///   - record: reads a ZIP64 record at an offset, 56 bytes of it.
    public init(tail: [UInt8], fileSize: UInt64, record: (UInt64) async throws -> [UInt8]) async throws {
        var place = tail.count - 22
        while place >= 0, !Self.matches(tail, place, [0x50, 0x4b, 5, 6]) { place -= 1 }
        guard place >= 0 else { throw Malformed() }
        var size = Self.number(tail, place + 12, 4)
        var offset = Self.number(tail, place + 16, 4)
        if size == 0xffff_ffff || offset == 0xffff_ffff || Self.number(tail, place + 10, 2) == 0xffff {
            guard place >= 20, Self.matches(tail, place - 20, [0x50, 0x4b, 6, 7]) else { throw Malformed() }
            let at = Self.number(tail, place - 12, 8)
            guard at < fileSize else { throw Malformed() }
            let bytes = try await record(at)
            guard bytes.count >= 56, Self.matches(bytes, 0, [0x50, 0x4b, 6, 6]) else { throw Malformed() }
            size = Self.number(bytes, 40, 8)
            offset = Self.number(bytes, 48, 8)
        }
        let (end, overflowed) = offset.addingReportingOverflow(size)
        guard !overflowed, end <= fileSize else { throw Malformed() }
        self.size = size
        self.offset = offset
    }

    /// The members, in the directory's order.
    /// - Parameter bytes: the directory.
    public static func members(_ bytes: [UInt8]) throws(Malformed) -> [Member] {
        var members: [Member] = []
        var place = 0
        while place + 46 <= bytes.count, matches(bytes, place, [0x50, 0x4b, 1, 2]) {
            let nameLength = Int(number(bytes, place + 28, 2))
            let extraLength = Int(number(bytes, place + 30, 2))
            let commentLength = Int(number(bytes, place + 32, 2))
            let nameEnd = place + 46 + nameLength
            guard nameEnd + extraLength <= bytes.count, members.count < maximumMembers else { throw Malformed() }
            var packed = number(bytes, place + 20, 4)
            let unpacked = number(bytes, place + 24, 4)
            var offset = number(bytes, place + 42, 4)
            // The ZIP64 field holds, in this order, those of the three that did not fit.
            var extra = nameEnd
            while extra + 4 <= nameEnd + extraLength {
                let length = Int(number(bytes, extra + 2, 2))
                if number(bytes, extra, 2) == 1 {
                    var field = extra + 4
                    if unpacked == 0xffff_ffff { field += 8 }
                    if packed == 0xffff_ffff {
                        packed = number(bytes, field, 8)
                        field += 8
                    }
                    if offset == 0xffff_ffff { offset = number(bytes, field, 8) }
                }
                extra += 4 + length
            }
            members.append(
                Member(
                    name: String(decoding: bytes[(place + 46)..<nameEnd], as: UTF8.self),
                    method: UInt16(number(bytes, place + 10, 2)),
                    packedSize: packed,
                    headerOffset: offset
                )
            )
            place = nameEnd + extraLength + commentLength
        }
        return members
    }

    /// Bytes from the start of a member's header to its content.
    /// - Parameter header: ``memberHeaderSize`` bytes.
    public static func contentOffset(_ header: [UInt8]) throws(Malformed) -> UInt64 {
        guard header.count >= memberHeaderSize, matches(header, 0, [0x50, 0x4b, 3, 4]) else { throw Malformed() }
        return UInt64(memberHeaderSize) + number(header, 26, 2) + number(header, 28, 2)
    }

    private static func matches(_ bytes: [UInt8], _ place: Int, _ pattern: [UInt8]) -> Bool {
        bytes.dropFirst(place).starts(with: pattern)
    }

    /// Little-endian; what lies past the end counts as zero.
    private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> UInt64 {
        bytes.dropFirst(place).prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
