// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore

/// Looks for chunks to ask the hub about, ahead of where a file is packed.
///
/// Hubs answer about few chunks, one in 64 MiB, with all those around it. Asked for only when packing comes to it, such
/// a chunk is of no use for what precedes it: of a file that was changed at its start, tens of megabytes would travel
/// that the hub has. Looking ahead costs a second reading, at a gigabyte a second, and a network is slower than that.
struct ChunkScout: Sendable {
    /// Bytes ahead of packing: eight such chunks on average.
    static let distance: Int64 = 512 << 20
    /// Bytes for each step.
    private static let stride: Int64 = 64 << 20

    let file: OpenFile
    /// Bytes of the file.
    let size: Int64
    private var position: Int64 = 0

    init(file: OpenFile, size: Int64) {
        self.file = file
        self.size = size
    }

    /// Whether packing at `offset` has come too near.
    func isNear(_ offset: Int64) -> Bool { position < min(size, offset + Self.distance) }

    /// One step further, and what to ask about. Blocks: call it inside ``Disk/run(_:)``.
    func advanced() throws -> (chunks: [XetHash], scout: ChunkScout) {
        var next = self
        var found: [XetHash] = []
        let end = min(size, position + Self.stride)
        while next.position < end {
            let piece = try CutPiece(file, at: next.position, size: size)
            guard piece.count > 0 else {
                throw CommandFailure("\(file.path) became shorter while it was read", hint: "run this again")
            }
            found += piece.chunks.lazy.map(\.hash).filter(\.isGloballyEligible)
            next.position += Int64(piece.count)
        }
        return (found, next)
    }
}
