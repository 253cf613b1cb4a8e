// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import HubTestSupport
import HubTransfer
import NIOCore
import Testing

@Suite struct ShardTests {
    private static let hello = Array("hello world".utf8)
    private static let layout = XetVectors.xorb([hello]).layout

    /// What the client uploads for `hello world`.
    private static func shard() throws -> XetShard {
        let term = try #require(ShardTerm(xorb: layout.hash, unpackedLength: 11, chunks: 0..<1))
        var tree = MerkleRoot()
        tree.append(layout.chunkHashes[0], length: 11)
        let file = ShardFile(
            hash: tree.fileHash(),
            terms: [term],
            verification: [XetHashing.rangeHash(layout.chunkHashes)],
            sha256: BlobID(bytes: Array(SHA256.hash(data: hello)))
        )
        return XetShard(files: [file], xorbs: [ShardXorb(layout)])
    }

    private static let uploaded = XetVectors.bytes(XetVectors.all["client_shard_hello_hex"])

    @Test func `the client's shard is understood`() throws {
        let parsed = try ShardParser.parse(ByteBuffer(bytes: Self.uploaded))
        let own = try Self.shard()
        #expect(parsed.files == own.files)
        #expect(parsed.xorbs.map(\.hash) == own.xorbs.map(\.hash))
        #expect(parsed.xorbs.map { $0.chunks.map(\.hash) } == [Self.layout.chunkHashes])
    }

    @Test func `ours is the client's, byte for byte`() throws {
        #expect(Hex.encode(ShardWriter.upload(try Self.shard()).readableBytesView) == Hex.encode(Self.uploaded))
    }

    @Test func `the answer about duplicates is the reference's, byte for byte`() throws {
        let vector = try #require(XetVectors.all["dedup_shard_hello"])
        let key = try #require(XetHash(bytes: XetVectors.bytes(vector["hmac_key_hex"])))
        let answer = ShardWriter.deduplication(
            [ShardXorb(Self.layout)],
            key: key,
            created: 1_700_000_000,
            expiry: 1_900_000_000
        )
        #expect(Hex.encode(answer.readableBytesView) == vector["hex"]?.stringValue)
        let footer = try #require(ShardWriter.footer(of: answer))
        #expect(footer.key == key && footer.expiry == 1_900_000_000)
        let parsed = try ShardParser.parse(answer)
        #expect(parsed.xorbs.first?.chunks.first?.hash == XetHashing.masked(Self.layout.chunkHashes[0], key: key))
        #expect(ShardWriter.footer(of: ByteBuffer(bytes: Self.uploaded)) == nil)
    }

    @Test func `files and xorbs are sorted, and come back`() throws {
        let layouts = (0..<20).map { XetVectors.xorb([[UInt8($0)], [1, UInt8($0)]]).layout }
        let files = try layouts.map { layout in
            ShardFile(
                hash: layout.hash,
                terms: [try #require(ShardTerm(xorb: layout.hash, unpackedLength: 3, chunks: 0..<2))],
                verification: [],
                sha256: nil
            )
        }
        let bytes = ShardWriter.upload(XetShard(files: files, xorbs: layouts.map { ShardXorb($0) }))
        let parsed = try ShardParser.parse(bytes)
        #expect(parsed.files == files.sorted { $0.hash < $1.hash })
        #expect(parsed.xorbs.map(\.hash) == layouts.map(\.hash).sorted())
    }

    @Test func `a footer that is announced and not sent does no harm`() throws {
        var bytes = Self.uploaded
        bytes[40] = 200
        #expect(try ShardParser.parse(ByteBuffer(bytes: bytes)).files.count == 1)
    }

    @Test func `a shard cut short anywhere is refused`() {
        for length in 0..<Self.uploaded.count {
            #expect(codeThrown { try ShardParser.parse(ByteBuffer(bytes: Self.uploaded[..<length])) } == .badRequest)
        }
    }

    /// One byte of the client's shard set to another value. The file begins at 48, its term at 96, the xorb at 288.
    private static let damages: [(at: Int, to: UInt8)] = [
        (0, 0), (32, 3), (48 + 39, 0xff), (96 + 40, 1), (96 + 44, 0), (288 + 39, 0xff), (288 + 40, 12), (336 + 32, 1),
    ]

    @Test(arguments: damages.indices) func `what contradicts itself is refused`(index: Int) {
        var bytes = Self.uploaded
        bytes[Self.damages[index].at] = Self.damages[index].to
        #expect(codeThrown { try ShardParser.parse(ByteBuffer(bytes: bytes)) } == .badRequest)
    }

    @Test func `more bytes than allowed are refused unread`() {
        let bytes = ByteBuffer(bytes: Self.uploaded)
        #expect(codeThrown { try ShardParser.parse(bytes, limit: Self.uploaded.count - 1) } == .tooLarge)
    }
}
