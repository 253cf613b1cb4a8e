// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CXet

/// CRC-32C: what tells cheaply whether stored bytes are still as they came.
public enum CRC32C {
    /// - Parameter before: of the bytes that come before these.
    public static func of(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32 {
        hub_crc32c(before, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    }

    /// Four bytes each, little-endian.
    public static func encode(_ sums: [UInt32]) -> [UInt8] {
        sums.flatMap { sum in (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) } }
    }

    /// What ``encode(_:)`` wrote; a rest of fewer than four bytes is left out.
    public static func decode(_ bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
            bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}

/// CRC-64/NVME of bytes that come in pieces: what a client announces a xorb with.
public struct CRC64NVME: Sendable, Hashable {
    public private(set) var value: UInt64 = 0

    public init() {}

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        value = hub_crc64_nvme(value, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    }
}
