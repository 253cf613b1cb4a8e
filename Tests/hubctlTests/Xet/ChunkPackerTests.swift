// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore
import Testing

@testable import hubctl

@Suite struct ChunkPackerTests {
    private let bytes = noise(700_000, seed: 3)

    /// Cuts a file in pieces of `length` bytes, as an upload does.
    private func pieces(_ bytes: [UInt8], length: Int) async throws -> [CutPiece] {
        try await withScratch { scratch in
            let file = try OpenFile.reading(try scratch.write(bytes, to: "f"))
            var pieces: [CutPiece] = []
            var offset: Int64 = 0
            while offset < Int64(bytes.count) {
                let piece = try CutPiece(file, at: offset, size: Int64(bytes.count), length: length)
                try #require(piece.count > 0)
                pieces.append(piece)
                offset += Int64(piece.count)
            }
            return pieces
        }
    }

    /// Packs all of a file into one xorb.
    private func pack(_ bytes: [UInt8], _ packer: ChunkPacker) async throws -> (FileRecipe, PackedXorb?, known: Int) {
        packer.begin(.empty)
        var known = 0
        for piece in try await pieces(bytes, length: 200_000) {
            guard case .done = packer.pack(piece, from: 0, bar: 1, known: { known += $0 }) else {
                throw CommandFailure("a xorb was full too early")
            }
        }
        let recipe = try #require(packer.finishFile())
        return (recipe, packer.finishXorb(), known)
    }

    @Test func `a file is cut alike in pieces of any length`() async throws {
        let whole = try await pieces(bytes, length: 4 << 20).flatMap { $0.chunks.map(\.hash) }
        #expect(whole.count > 5)
        for length in [131_072, 200_000] {
            #expect(try await pieces(bytes, length: length).flatMap { $0.chunks.map(\.hash) } == whole)
        }
    }

    @Test func `a xorb holds each chunk once, and the recipe says how often it comes`() async throws {
        let packer = ChunkPacker()
        let (recipe, xorb, known) = try await pack(bytes + bytes, packer)
        let layout = try #require(xorb?.layout)
        let file = recipe.file(packer.names)
        #expect(Set(layout.chunkHashes).count == layout.chunkCount)
        #expect(layout.unpackedLength + known == 2 * bytes.count)
        #expect(file.terms.reduce(0) { $0 + Int($1.unpackedLength) } == 2 * bytes.count)
        #expect(file.terms.allSatisfy { $0.xorb == layout.hash })
        // Everything the hub will check: the verification of each term, and the file's name.
        var tree = MerkleRoot()
        for (term, verification) in zip(file.terms, file.verification) {
            #expect(XetHashing.rangeHash(layout.chunkHashes[term.chunks]) == verification)
            #expect(layout.unpackedLength(of: term.chunks) == Int(term.unpackedLength))
            for chunk in term.chunks {
                let length = try #require(layout.unpackedLength(of: chunk..<chunk + 1))
                tree.append(layout.chunkHashes[chunk], length: UInt64(length))
            }
        }
        #expect(tree.fileHash() == file.hash)
        #expect(xorb?.shares.reduce(0) { $0 + $1.bytes } == layout.unpackedLength)
    }

    @Test func `what the hub has told of is referred to, masked or not`() async throws {
        let (_, stored, _) = try await pack(bytes, ChunkPacker())
        let layout = try #require(stored?.layout)
        for key in [XetHash.zero, XetHash(lanes: (1, 2, 3, 4))] {
            let packer = ChunkPacker()
            packer.learn(ShardWriter.deduplication([ShardXorb(layout)], key: key, created: 1, expiry: 2))
            let changed = Array(bytes[..<300_000]) + noise(50, seed: 4) + Array(bytes[300_000...])
            let (recipe, xorb, known) = try await pack(changed, packer)
            let new = try #require(xorb?.layout)
            #expect(new.unpackedLength + known == changed.count)
            #expect(new.chunkCount <= 3)
            let file = recipe.file(packer.names)
            #expect(file.terms.map(\.xorb) == [layout.hash, new.hash, layout.hash])
            #expect(file.terms.first?.chunks.lowerBound == 0)
            #expect(file.terms.last?.chunks.upperBound == layout.chunkCount)
        }
    }

    @Test func `an answer that makes no sense is no answer`() {
        var known = KnownChunks()
        known.learn(ByteBuffer(string: "not found"))
        known.learn(ShardWriter.upload(XetShard()))
        #expect(known.find(.zero, after: nil) == nil)
    }
}
