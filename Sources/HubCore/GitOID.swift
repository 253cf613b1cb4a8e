// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The SHA-1 object id git gives a commit, tree or blob: 20 bytes, printed as 40 lower-case hex digits.
public struct GitOID: Hashable, Sendable, CustomStringConvertible {
    public static let byteCount = 20

    /// Exactly 20 bytes.
    public let bytes: [UInt8]

    /// `nil` unless there are exactly 20 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// `nil` unless `hex` is exactly 40 hexadecimal digits.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == Self.byteCount * 2, let bytes = Hex.decode(hex) else { return nil }
        self.bytes = bytes
    }

    public var hex: String { Hex.encode(bytes) }
    public var description: String { hex }
}
