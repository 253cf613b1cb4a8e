// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// A xorb's packed chunks as clients fetch them. What is handed out was checked before.
struct PackedXorbReader: BlobReader {
    let xorb: OpenXorb

    var size: Int64 { Int64(xorb.known.layout.packedLength) }

    func read(at offset: Int64, upTo count: Int) async throws -> ByteBuffer {
        guard let position = Int(exactly: offset), position >= 0, offset <= size, count >= 0 else {
            throw HubError(.rangeNotSatisfiable, "There is nothing at \(offset) in \(size) bytes", totalSize: size)
        }
        guard offset < size, count > 0 else { return ByteBuffer() }
        let layout = xorb.known.layout
        // Whole records wherever possible: the next read then begins with one, and none is read twice.
        let (first, end) = layout.records(at: position, upTo: count)
        guard let place = layout.packedRange(of: first..<end) else {
            throw HubError(.corrupt, "The layout of the xorb \(layout.hash) is damaged")
        }
        var bytes = try await xorb.records(first..<end)
        bytes.moveReaderIndex(forwardBy: position - place.lowerBound)
        return bytes.readSlice(length: min(count, bytes.readableBytes)) ?? bytes
    }
}
