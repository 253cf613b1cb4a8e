// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore
import Testing

@testable import hubctl

@Suite struct UnpackedChunksTests {
    private static let chunks = [noise(3000, seed: 1), [UInt8](repeating: 5, count: 9000), [7]]

    private static let body: ByteBuffer = {
        var builder = XorbBuilder()
        for chunk in chunks {
            chunk.withUnsafeBytes {
                _ = builder.append(chunk: $0, hash: XetHashing.chunkHash($0), compression: .lz4)
            }
        }
        return builder.finish().body
    }()

    @Test func `chunks come out as they went in`() throws {
        let unpacked = try UnpackedChunks(Self.body, count: 3, limit: 12_001)
        #expect(Array(unpacked.bytes.readableBytesView) == Self.chunks.flatMap(\.self))
        #expect(unpacked.slice(1..<3).map { Array($0.readableBytesView) } == Self.chunks[1] + Self.chunks[2])
        #expect(unpacked.slice(2..<4) == nil)
        #expect(unpacked.slice(1..<1) == nil)
    }

    @Test func `another number of chunks is refused`() {
        #expect(throws: HubError.self) { try UnpackedChunks(Self.body, count: 2, limit: 1 << 20) }
        #expect(throws: HubError.self) { try UnpackedChunks(ByteBuffer(), count: 1, limit: 1 << 20) }
    }

    @Test func `more bytes than announced are refused before they are unpacked`() {
        #expect(throws: HubError.self) { try UnpackedChunks(Self.body, count: 3, limit: 12_000) }
    }

    @Test func `a part that broke off is refused wherever it broke`() {
        for length in 1..<Self.body.readableBytes {
            let part = Self.body.getSlice(at: 0, length: length) ?? ByteBuffer()
            #expect(throws: HubError.self) { try UnpackedChunks(part, count: 3, limit: 1 << 20) }
        }
    }
}
