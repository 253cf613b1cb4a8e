// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The SHA-1 object id git gives a commit, tree or blob: 20 bytes, printed as 40 lower-case hex digits.
///
/// Held in place, without an allocation: a clone keeps sets of millions of them.
public struct GitOID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public static let byteCount = 20

    // The bytes in order, most significant first.
    private let head: UInt64
    private let middle: UInt64
    private let tail: UInt32

    /// `nil` unless there are exactly 20 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var rest = bytes.makeIterator()
        func next(_ count: Int) -> UInt64 {
            (0..<count).reduce(0) { value, _ in value << 8 | UInt64(rest.next() ?? 0) }
        }
        head = next(8)
        middle = next(8)
        tail = UInt32(truncatingIfNeeded: next(4))
    }

    /// `nil` unless there are exactly 20 bytes.
    public init?(rawBytes: UnsafeRawBufferPointer) {
        guard rawBytes.count == Self.byteCount else { return nil }
        head = UInt64(bigEndian: rawBytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        middle = UInt64(bigEndian: rawBytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        tail = UInt32(bigEndian: rawBytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    }

    /// `nil` unless `hex` is exactly 40 hexadecimal digits.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == Self.byteCount * 2, let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            raw.storeBytes(of: head.bigEndian, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: tail.bigEndian, toByteOffset: 16, as: UInt32.self)
            count = Self.byteCount
        }
    }

    public var hex: String { Hex.encode(bytes) }
    public var description: String { hex }

    /// In the order of the bytes.
    public static func < (left: Self, right: Self) -> Bool {
        (left.head, left.middle, left.tail) < (right.head, right.middle, right.tail)
    }

    /// The bytes are a digest already: a part of them spreads as well as all.
    public func hash(into hasher: inout Hasher) { hasher.combine(head) }
}
