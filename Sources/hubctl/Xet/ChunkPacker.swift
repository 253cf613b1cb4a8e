// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// A xorb that is full: what is sent.
struct PackedXorb: Sendable {
    let body: ByteBuffer
    let layout: XorbLayout
    /// Bytes of files in it, by the progress bar they belong to.
    let shares: [(bar: Int, bytes: Int)]
}

/// Sorts chunks into those the hub has and those it must be sent, and packs the latter.
///
/// Used by one task at a time. Its calls compress: make them inside ``Disk/run(_:)``.
final class ChunkPacker: @unchecked Sendable {
    // Unchecked: an upload awaits each call on it before it makes the next.

    /// Where a piece has come to.
    enum Step: Sendable {
        /// All of it is packed.
        case done
        /// A xorb is full and must be sent; then go on from chunk `next`.
        case send(PackedXorb, next: Int)
    }

    /// Smaller than the protocol allows: several are in memory at a time. With its records a xorb stays below 32 MiB.
    static let limits = XorbLimits(chunks: 8192, unpackedLength: 31 << 20)
    /// Bytes from which on a xorb ends where the content says, so that an interrupted push, run again, makes the same
    /// xorbs and need not send them.
    static let boundaryLength = 8 << 20
    private static let boundaryModulus: UInt64 = 256

    private var known = KnownChunks()
    private var asked: Set<XetHash> = []
    private var builder = XorbBuilder(limits: ChunkPacker.limits)
    private var builderLength = 0
    private var shares: [(bar: Int, bytes: Int)] = []
    /// Of the xorbs that are packed, by number.
    private(set) var names: [XetHash] = []
    private var recipe: FileRecipe?

    func begin(_ sha256: BlobID) { recipe = FileRecipe(sha256: sha256) }

    func finishFile() -> FileRecipe? {
        defer { recipe = nil }
        return recipe
    }

    func learn(_ answer: ByteBuffer) { known.learn(answer) }

    /// Whether to ask about a chunk; once only.
    func wantsToAsk(_ chunk: XetHash) -> Bool {
        known.find(chunk, after: nil) == nil && asked.insert(chunk).inserted
    }

    /// - Parameters:
    ///   - bar: of the file, for the shares of the xorbs.
    ///   - known: told the bytes that need not travel.
    func pack(_ piece: CutPiece, from start: Int, bar: Int, known present: (Int) -> Void) -> Step {
        for index in piece.chunks.indices.dropFirst(start) {
            let (hash, range) = piece.chunks[index]
            if let place = known.find(hash, after: recipe?.last) {
                present(range.count)
                recipe?.append(hash, length: range.count, at: place)
            } else if builder.isFull, let xorb = finishXorb() {
                return .send(xorb, next: index)
            } else {
                let chunk = piece.withChunk(index) { builder.append(chunk: $0, hash: hash) }
                known.append(hash, to: names.count)
                recipe?.append(hash, length: range.count, at: .init(xorb: .new(names.count), chunk: chunk))
                builderLength += range.count
                share(bar, range.count)
            }
            let isBoundary = hash.remainderLane.isMultiple(of: Self.boundaryModulus)
            if isBoundary, builderLength >= Self.boundaryLength, let xorb = finishXorb() {
                return .send(xorb, next: index + 1)
            }
        }
        return .done
    }

    /// What is packed and not sent yet; `nil` when there is nothing.
    func finishXorb() -> PackedXorb? {
        guard !builder.isEmpty else { return nil }
        let (body, layout) = builder.finish()
        names.append(layout.hash)
        defer {
            builderLength = 0
            shares = []
        }
        return PackedXorb(body: body, layout: layout, shares: shares)
    }

    private func share(_ bar: Int, _ bytes: Int) {
        if let last = shares.last, last.bar == bar {
            shares[shares.count - 1].bytes = last.bytes + bytes
        } else {
            shares.append((bar, bytes))
        }
    }
}
