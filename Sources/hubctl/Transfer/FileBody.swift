// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import AsyncHTTPClient
import NIOCore
import Synchronization

/// A stretch of a file as a request body, read as fast as it is sent and no faster.
struct FileBody: AsyncSequence, Sendable {
    /// Bytes for each read (256 KiB: docs of the server's own choice apply both ways).
    static let pieceSize = 256 << 10

    let file: OpenFile
    /// Bytes from the start of the file.
    let offset: Int64
    let length: Int64
    let sent: @Sendable (Int) -> Void

    struct Iterator: AsyncIteratorProtocol {
        let body: FileBody
        var done: Int64 = 0

        mutating func next() async throws -> ByteBuffer? {
            guard done < body.length else { return nil }
            let body = body
            let position = body.offset + done
            let count = Int(Swift.min(Int64(FileBody.pieceSize), body.length - done))
            let piece = try await Disk.run { try body.file.read(at: position, count: count) }
            guard piece.readableBytes == count else {
                throw CommandFailure("\(body.file.path) became shorter while it was sent", hint: "run this again")
            }
            done += Int64(count)
            body.sent(count)
            return piece
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }
}

/// Counts what one attempt has sent, so that it can be taken back when the attempt fails.
final class SentCount: Sendable {
    private let count = Mutex(0)

    func add(_ bytes: Int) { count.withLock { $0 += bytes } }

    /// What was counted, starting again from nothing.
    func reset() -> Int {
        count.withLock { value in
            defer { value = 0 }
            return value
        }
    }
}
