// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore
import Testing

@Suite struct XorbRefusalTests {
    private func failure(_ body: [UInt8], limits: XorbLimits = .standard) -> HubError? {
        var parser = XorbParser(limits: limits)
        do throws(HubError) {
            try parser.feed(ByteBuffer(bytes: body))
            _ = try parser.finish()
            return nil
        } catch {
            return error
        }
    }

    private static let hello = XetVectors.xorb([Array("hello world".utf8)])
    private static let packed = XetVectors.xorb([[UInt8](repeating: 9, count: 5000)], compression: .lz4).body

    /// One byte set to another value, and what the message says then.
    private static let damages: [(at: Int, to: UInt8, says: String)] = [
        (0, 1, "version is 1"), (4, 99, "scheme 99"), (4, 3, "scheme 3"), (5, 0, "0 bytes"), (7, 3, "may have 1 to"),
        (3, 5, "packed"), (1, 10, "stored as it is"), (5, 12, "stored as it is"),
    ]

    @Test(arguments: damages.indices) func `a wrong header is named`(index: Int) throws {
        let damage = Self.damages[index]
        var body = Self.hello.body
        body[damage.at] = damage.to
        let error = try #require(failure(body))
        #expect(error.code == .badRequest)
        #expect(error.message.contains(damage.says) && error.message.contains("Chunk 0"), "\(error.message)")
    }

    @Test func `a xorb cut short anywhere is refused`() {
        for length in 0..<Self.packed.count { #expect(failure(Array(Self.packed[..<length]))?.code == .badRequest) }
        #expect(failure(Self.packed) == nil)
    }

    @Test func `what follows the chunks is a footer or nothing`() {
        #expect(failure(Self.hello.body + [1])?.code == .badRequest)
        let whole = Self.hello.body + Self.hello.layout.encodedFooter()
        #expect(failure(whole) == nil)
        #expect(failure(whole + [0])?.message == "The xorb goes on after its footer")
    }

    @Test func `a frame of another length than the header's is refused`() {
        for length: UInt8 in [0x87, 0x89] {
            var body = Self.packed
            body[5] = length
            #expect(failure(body)?.message.contains("does not unpack to") == true)
        }
        // Something after the frame, within the record.
        var body = Self.packed + [0]
        body[1] += 1
        #expect(failure(body)?.message.contains("LZ4 frame") == true)
    }

    @Test func `limits hold for chunks and bytes`() {
        let body = (0..<4).flatMap { XetVectors.xorb([[UInt8($0), 1, 2]]).body }
        #expect(failure(body, limits: .init(chunks: 4, unpackedLength: 12)) == nil)
        #expect(failure(body, limits: .init(chunks: 3, unpackedLength: 12))?.code == .tooLarge)
        #expect(failure(body, limits: .init(chunks: 4, unpackedLength: 11))?.code == .tooLarge)
    }

    @Test func `a bomb unpacks no further than its header says`() throws {
        // 128 KiB of zeros in a frame, announced as one byte.
        var body = XetVectors.xorb([[UInt8](repeating: 0, count: 128 << 10)], compression: .lz4).body
        body.replaceSubrange(5..<8, with: [1, 0, 0])
        #expect(failure(body)?.code == .badRequest)
    }
}
