// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer

/// What a file consists of, while its chunks are found and packed.
struct FileRecipe: Sendable {
    /// Consecutive chunks of one xorb.
    struct Term: Sendable {
        let xorb: KnownChunks.Xorb
        let chunks: Range<Int>
        let length: UInt32
        let verification: XetHash
    }

    let sha256: BlobID
    private(set) var terms: [Term] = []
    private var tree = MerkleRoot()
    private var open: (start: KnownChunks.Place, length: UInt32, hashes: [XetHash])?

    init(sha256: BlobID) { self.sha256 = sha256 }

    /// Where the last chunk is.
    var last: KnownChunks.Place? {
        open.map { .init(xorb: $0.start.xorb, chunk: $0.start.chunk + $0.hashes.count - 1) }
    }

    mutating func append(_ hash: XetHash, length: Int, at place: KnownChunks.Place) {
        tree.append(hash, length: UInt64(length))
        if let last, last.xorb == place.xorb, last.chunk + 1 == place.chunk {
            open?.length += UInt32(length)
            open?.hashes.append(hash)
        } else {
            close()
            open = (place, UInt32(length), [hash])
        }
    }

    private mutating func close() {
        guard let term = open else { return }
        open = nil
        terms.append(
            Term(
                xorb: term.start.xorb,
                chunks: term.start.chunk..<term.start.chunk + term.hashes.count,
                length: term.length,
                verification: XetHashing.rangeHash(term.hashes)
            )
        )
    }

    /// - Parameter names: of the xorbs of this push, by number.
    func file(_ names: [XetHash]) -> ShardFile {
        var whole = self
        whole.close()
        let terms = whole.terms.compactMap { term -> ShardTerm? in
            switch term.xorb {
            case .stored(let hash): ShardTerm(xorb: hash, unpackedLength: term.length, chunks: term.chunks)
            case .new(let number): ShardTerm(xorb: names[number], unpackedLength: term.length, chunks: term.chunks)
            }
        }
        return ShardFile(
            hash: tree.fileHash(),
            terms: terms,
            verification: whole.terms.map(\.verification),
            sha256: sha256
        )
    }
}
