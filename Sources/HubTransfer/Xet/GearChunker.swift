// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CXet

/// Cuts bytes into chunks by their content, exactly as every Xet client does.
///
/// A chunk has 8 KiB to 128 KiB, 64 KiB on average; only a file's last may be shorter. The state carries over from one
/// buffer to the next.
public struct GearChunker: Sendable {
    /// Bytes of the longest chunk.
    public static let maximumLength = Int(hub_gear_max)

    private var state = hub_gear()

    public init() {}

    /// Bytes of the chunk that is not ended yet: what is left at the end of a file is its last chunk.
    public var openLength: Int { Int(state.length) }

    /// How many of the bytes end the open chunk, or `nil` when they all belong to it and it goes on.
    public mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var ended = false
        let count = hub_gear_scan(&state, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &ended)
        return ended ? count : nil
    }
}
