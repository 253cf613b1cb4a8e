// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer

/// The footers of stored xorbs.
extension FuzzTarget {
    static let xorbFooter = FuzzTarget("xorb-footer", run: XorbFooterFuzz.run)
}

private enum XorbFooterFuzz {
    static func run(_ bytes: [UInt8]) {
        guard let layout = try? XorbLayout(footer: bytes) else { return }
        precondition((try? XorbLayout(footer: layout.encodedFooter())) == layout, "what was read is written")
        for chunk in 0..<layout.chunkCount {
            guard let packed = layout.packedRange(of: chunk..<chunk + 1),
                let unpacked = layout.unpackedRange(of: chunk..<chunk + 1)
            else { preconditionFailure("every chunk has its place") }
            precondition(packed.upperBound <= layout.packedLength && !packed.isEmpty, "within the xorb")
            precondition(layout.chunk(at: unpacked.lowerBound) == chunk, "its first byte is found in it")
            precondition(layout.chunk(at: unpacked.upperBound - 1) == chunk, "its last byte is found in it")
        }
        precondition(layout.chunk(at: layout.unpackedLength) == nil, "nothing is past the end")
    }
}
