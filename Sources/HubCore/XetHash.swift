// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// A name in the Xet protocol: keyed BLAKE3 of a chunk, of a list of chunks (a xorb), or of a file.
///
/// 32 bytes, seen as four little-endian 64-bit lanes. As text the lanes are printed as numbers, so that each group of
/// eight bytes appears reversed: this is *not* the hexadecimal form of the bytes.
public struct XetHash: Hashable, Sendable, Comparable, CustomStringConvertible {
    public static let byteCount = 32
    /// The name of the empty file and of an empty list of chunks.
    public static let zero = XetHash(lanes: (0, 0, 0, 0))

    /// The four numbers the order goes by.
    public let lanes: (UInt64, UInt64, UInt64, UInt64)

    public init(lanes: (UInt64, UInt64, UInt64, UInt64)) {
        self.lanes = lanes
    }

    /// `nil` unless there are exactly 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var rest = bytes[...]
        func lane() -> UInt64 {
            defer { rest = rest.dropFirst(8) }
            return rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.init(lanes: (lane(), lane(), lane(), lane()))
    }

    /// `nil` unless `string` is exactly 64 hexadecimal digits, in either case.
    public init?(string: some StringProtocol) {
        guard string.utf8.count == Self.byteCount * 2, let bytes = Hex.decode(string) else { return nil }
        self.init(bigEndianLanes: bytes)
    }

    private init?(bigEndianLanes bytes: [UInt8]) {
        var reversed: [UInt8] = []
        reversed.reserveCapacity(Self.byteCount)
        for start in stride(from: 0, to: bytes.count, by: 8) {
            reversed += bytes[start..<min(start + 8, bytes.count)].reversed()
        }
        self.init(bytes: reversed)
    }

    /// The raw bytes, as they stand in xorbs and shards.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// The raw bytes for the time of `body`, without an array.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let raw = (lanes.0.littleEndian, lanes.1.littleEndian, lanes.2.littleEndian, lanes.3.littleEndian)
        return try Swift.withUnsafeBytes(of: raw, body)
    }

    /// What the protocol's "hash mod n" is about: the last lane.
    public var remainderLane: UInt64 { lanes.3 }

    /// Whether every client asks for this chunk when it looks for duplicates, wherever in a file the chunk stands.
    public var isGloballyEligible: Bool { remainderLane.isMultiple(of: 1024) }

    /// 64 lower-case digits.
    public var description: String {
        Hex.encode(
            [lanes.0, lanes.1, lanes.2, lanes.3].flatMap { lane in
                (0..<8).map { UInt8(truncatingIfNeeded: lane >> (56 - 8 * $0)) }
            }
        )
    }

    public static func < (left: XetHash, right: XetHash) -> Bool {
        left.lanes < right.lanes
    }

    public static func == (left: XetHash, right: XetHash) -> Bool {
        left.lanes == right.lanes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(lanes.0)
        hasher.combine(lanes.1)
        hasher.combine(lanes.2)
        hasher.combine(lanes.3)
    }
}
