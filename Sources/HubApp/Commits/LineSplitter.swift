// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import NIOCore

/// Cuts a stream of bytes into lines, however the pieces fall.
struct LineSplitter {
    private var buffer = ByteBuffer()
    /// Bytes at the front of the buffer that are known to hold no line break.
    private var searched = 0
    let maximumLength: Int

    init(maximumLength: Int) { self.maximumLength = maximumLength }

    mutating func append(_ chunk: ByteBuffer) { buffer.writeImmutableBuffer(chunk) }

    /// The next whole line without its break, or `nil` until more bytes come.
    /// - Throws: ``HubError/Code/tooLarge`` for a line that is too long.
    mutating func next() throws -> ByteBuffer? {
        let view = buffer.readableBytesView
        let end = view.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n"))
        // Whether the line's end came with it or not: the pieces must make no difference.
        guard (end ?? view.endIndex) - view.startIndex <= maximumLength else {
            throw HubError(.tooLarge, "A line of the commit is longer than \(maximumLength) bytes")
        }
        guard let end else {
            searched = view.count
            buffer.discardReadBytes()
            return nil
        }
        searched = 0
        let line = buffer.readSlice(length: end - view.startIndex)
        buffer.moveReaderIndex(forwardBy: 1)
        return line
    }

    /// What follows the last line break.
    mutating func rest() -> ByteBuffer? {
        buffer.readableBytes > 0 ? buffer.readSlice(length: buffer.readableBytes) : nil
    }
}
