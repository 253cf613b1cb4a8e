// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import CXet
import HubCore
import HubTransfer
import NIOCore
import Testing

@Suite struct XorbTests {
    private func parse(_ body: [UInt8], piece: Int = .max, limits: XorbLimits = .standard) throws -> XorbLayout {
        var parser = XorbParser(limits: limits)
        var rest = body[...]
        while !rest.isEmpty {
            try parser.feed(ByteBuffer(bytes: rest.prefix(piece)))
            rest = rest.dropFirst(piece)
        }
        return try parser.finish()
    }

    private static let files = [
        "x", "hello", "sm0_8191", "sm0_8192", "sm0_8193", "sm0_100000", "sm0_1000000", "const59_1000000",
        "sm42_10000000", "abc3000",
    ]

    @Test(arguments: files) func `files have the names the client gives them`(name: String) throws {
        let vector = try #require(XetVectors.all["files"]?[name])
        let bytes = XetVectors.file(name)
        let chunks = XetVectors.chunks(of: bytes)
        var tree = MerkleRoot()
        var hashes: [XetHash] = []
        for chunk in chunks {
            hashes.append(XetVectors.chunkHash(bytes[chunk]))
            tree.append(hashes[hashes.count - 1], length: UInt64(chunk.count))
        }
        #expect(chunks.count == vector["n_chunks"]?.intValue.map(Int.init))
        #expect(chunks.map(\.upperBound).starts(with: XetVectors.numbers(vector["ends"])))
        #expect(hashes.first == (try XetVectors.hash(vector["chunk0"])))
        #expect(hashes.last == (try XetVectors.hash(vector["last_chunk"])))
        #expect(tree.root() == (try XetVectors.hash(vector["xorb"])))
        #expect(tree.fileHash() == (try XetVectors.hash(vector["file"])))
        #expect(XetHashing.rangeHash(hashes) == (try XetVectors.hash(vector["range_all"])))
    }

    @Test func `an empty file has the zero name`() {
        #expect(MerkleRoot().fileHash() == .zero)
        #expect(MerkleRoot().root() == .zero)
    }

    @Test(arguments: [1, 7, 8, 9, 100_000, Int.max])
    func `a xorb is understood in pieces of any length`(piece: Int) throws {
        let bytes = XetVectors.random(seed: 3, count: 30_000) + [UInt8](repeating: 7, count: 20_000)
        let chunks = XetVectors.chunks(of: bytes).map { Array(bytes[$0]) }
        for compression: XorbBuilder.Compression in [.none, .lz4, .groupedLZ4, .automatic] {
            let (body, layout) = XetVectors.xorb(chunks, compression: compression)
            #expect(try parse(body, piece: piece) == layout)
            #expect(layout.packedLength == body.count)
            #expect(layout.unpackedLength == bytes.count)
            // A footer that a client appended changes nothing.
            #expect(try parse(body + layout.encodedFooter(), piece: piece) == layout)
        }
    }

    @Test func `the client's grouped xorb is read and written`() throws {
        let vector = try #require(XetVectors.all["bg4_lz4_xorb"])
        let plain = XetVectors.bytes(vector["plain_hex"])
        let body = XetVectors.bytes(vector["serialized_hex"])
        let layout = try parse(body)
        #expect(layout.hash == (try XetVectors.hash(vector["xorb_hash"])))
        #expect(layout.chunkHashes == [XetVectors.chunkHash(plain)])
        #expect(layout.unpackedLength == plain.count)
        // Another compressor finds other matches, but frames them alike: scheme, length, magic and descriptor.
        let own = XetVectors.xorb([plain], compression: .groupedLZ4).body
        #expect(own.dropFirst(4).prefix(11) == body.dropFirst(4).prefix(11))
        #expect(try parse(own).chunkHashes == layout.chunkHashes)
    }

    @Test func `the client's LZ4 record is read, and its plain one written byte for byte`() throws {
        #expect(
            Hex.encode(XetVectors.xorb([Array("hello world".utf8)]).body) == "000b0000000b000068656c6c6f20776f726c64"
        )
        let packed = "0028000001b80b0004224d18604082190000003f6162630300ffffffffffffffffffffffa76061626361626300000000"
        let layout = try parse(try #require(Hex.decode(packed)))
        #expect(layout.chunkHashes == [XetVectors.chunkHash(XetVectors.file("abc3000"))])
    }

    @Test(arguments: 0...66) func `grouping is undone at every length`(count: Int) {
        let input = (0..<count).map { UInt8($0) }
        let grouped = [UInt8](unsafeUninitializedCapacity: count) {
            hub_bg4_split(input, count, $0.baseAddress)
            $1 = count
        }
        let joined = [UInt8](unsafeUninitializedCapacity: count) {
            hub_bg4_join(grouped, count, $0.baseAddress)
            $1 = count
        }
        #expect(grouped == (0..<4).flatMap { k in stride(from: k, to: count, by: 4).map { UInt8($0) } })
        #expect(joined == input)
    }

    @Test(arguments: XetVectors.list("crc64nvme")) func `CRC-64 is the client's`(vector: JSONValue) throws {
        let input = XetVectors.bytes(vector["input_hex"])
        let cut = input.count / 3
        let first = hub_crc64_nvme(0, Array(input[..<cut]), cut)
        #expect(String(hub_crc64_nvme(0, input, input.count)) == vector["value"]?.stringValue)
        #expect(hub_crc64_nvme(first, Array(input[cut...]), input.count - cut) == hub_crc64_nvme(0, input, input.count))
    }

    /// The catalogue's check value, and pieces of every alignment against the whole.
    @Test func `CRC-32C is Castagnoli's, in pieces too`() {
        let check = Array("123456789".utf8)
        #expect(check.withUnsafeBytes { CRC32C.of($0) } == 0xE306_9283)
        let bytes = XetVectors.random(seed: 5, count: 200)
        let whole = bytes.withUnsafeBytes { CRC32C.of($0) }
        for cut in 0...bytes.count {
            let first = bytes[..<cut].withUnsafeBytes { CRC32C.of($0) }
            #expect(bytes[cut...].withUnsafeBytes { CRC32C.of($0, after: first) } == whole)
        }
        #expect(CRC32C.decode(CRC32C.encode([1, .max, 7]) + [1, 2]) == [1, .max, 7])
    }
}
