// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore
import Synchronization

/// The bars of files whose bytes travel in xorbs, which hold parts of several.
final class TransferBars: Sendable {
    private let progress: Progress
    /// Bytes that each bar still lacks; a file is finished with its last.
    private let missing = Mutex<[Int: Int64]>([:])

    init(_ progress: Progress) { self.progress = progress }

    func begin(_ file: LocalFile) -> Int {
        let bar = progress.begin(file.path, bytes: file.size)
        missing.withLock { $0[bar] = file.size }
        return bar
    }

    /// Bytes of a file that the hub has.
    func credit(_ bar: Int, bytes: Int) {
        progress.credit(bar, bytes: Int64(bytes))
        arrived(bar, bytes)
    }

    /// Packed bytes are on their way. Whose they are shows when all are there; until then the first file has them.
    func advance(_ xorb: PackedXorb, by bytes: Int) {
        guard bytes != 0, let bar = xorb.shares.first?.bar else { return }
        progress.advance(bar, by: bytes)
    }

    /// A xorb is there: each file has its bytes.
    /// - Parameter moved: what ``advance(_:by:)`` was told of it.
    func settle(_ xorb: PackedXorb, moved: Int) {
        if let bar = xorb.shares.first?.bar { progress.credit(bar, bytes: -Int64(moved)) }
        for (bar, bytes) in xorb.shares { credit(bar, bytes: bytes) }
    }

    /// Nothing is on its way any more.
    func finish() {
        let left = missing.withLock { missing in
            defer { missing = [:] }
            return missing.keys
        }
        for bar in left { progress.finish(bar) }
    }

    private func arrived(_ bar: Int, _ bytes: Int) {
        let isWhole = missing.withLock { missing in
            guard let left = missing[bar] else { return false }
            missing[bar] = left > Int64(bytes) ? left - Int64(bytes) : nil
            return left <= Int64(bytes)
        }
        if isWhole { progress.finish(bar) }
    }
}

/// Bytes in memory as a request body, in pieces, so that it shows how far they are.
struct BufferBody: AsyncSequence, Sendable {
    let buffer: ByteBuffer
    let sent: @Sendable (Int) -> Void

    struct Iterator: AsyncIteratorProtocol {
        var rest: ByteBuffer
        let sent: @Sendable (Int) -> Void

        mutating func next() async -> ByteBuffer? {
            guard let piece = rest.readSlice(length: Swift.min(FileBody.pieceSize, rest.readableBytes)),
                piece.readableBytes > 0
            else { return nil }
            sent(piece.readableBytes)
            return piece
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(rest: buffer, sent: sent) }
}
