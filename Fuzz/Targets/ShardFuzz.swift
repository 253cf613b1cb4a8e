// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// Shards, and the reconstruction of the files in them.
extension FuzzTarget {
    static let shard = FuzzTarget("shard", run: ShardFuzz.run)
}

private enum ShardFuzz {
    private struct Unknown: Error {}

    static func run(_ bytes: [UInt8]) {
        _ = ShardWriter.footer(of: ByteBuffer(bytes: bytes))
        guard let shard = try? ShardParser.parse(ByteBuffer(bytes: bytes), limit: 1 << 20) else { return }
        let records = shard.files.reduce(0) { $0 + $1.terms.count } + shard.xorbs.reduce(0) { $0 + $1.chunks.count }
        precondition(records <= bytes.count / 48, "no more records than bytes for them")
        let written = ShardWriter.upload(shard)
        guard let again = try? ShardParser.parse(written) else { preconditionFailure("what we write, we read") }
        precondition(Set(again.files) == Set(shard.files), "the same files")
        precondition(Set(again.xorbs.map(\.hash)) == Set(shard.xorbs.map(\.hash)), "the same xorbs")
        for file in shard.files {
            let size = file.terms.reduce(Int64(0)) { $0 + Int64($1.unpackedLength) }
            _ = try? Reconstruction(terms: file.terms, size: size, range: size / 3..<size) { hash in
                // Any layout that has something to do with the question.
                guard let xorb = shard.xorbs.first(where: { $0.hash == hash }) else { throw Unknown() }
                let hashes = xorb.chunks.prefix(8192).map(\.hash)
                var end: UInt32 = 0
                let ends = xorb.chunks.prefix(8192).map { chunk in
                    end = end &+ max(1, chunk.length % 131_072)
                    return end
                }
                return XorbLayout(storing: hashes, unpackedEnds: ends)
            }
        }
    }
}
