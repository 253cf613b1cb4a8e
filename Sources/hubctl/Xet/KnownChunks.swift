// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore

/// Where chunks are that need not be sent: in xorbs the hub has told of, and in those of this push.
///
/// Keeps the last ``limit`` chunks: 16 GB of files, 30 MB of memory. What is forgotten is sent again.
struct KnownChunks {
    enum Xorb: Hashable {
        case stored(XetHash)
        /// By its number in this push; it has no name until it is full.
        case new(Int)
    }

    struct Place: Hashable {
        let xorb: Xorb
        let chunk: Int
    }

    static let limit = 256 << 10

    private struct Entry {
        let key: XetHash
        var chunks: [XetHash]
    }

    /// For each mask, by masked hash. Our own xorbs have the mask zero, which is none.
    private var places: [XetHash: [XetHash: Place]] = [:]
    private var xorbs: [Xorb: Entry] = [:]
    private var order: [Xorb] = []
    private var count = 0

    /// Takes in the answer about a chunk. One that makes no sense is worth nothing, and harmless.
    mutating func learn(_ answer: ByteBuffer) {
        // The hub checks what is built on it.
        guard let shard = try? ShardParser.parse(answer), let footer = ShardWriter.footer(of: answer) else { return }
        for xorb in shard.xorbs where xorbs[.stored(xorb.hash)] == nil {
            let name = Xorb.stored(xorb.hash)
            for chunk in xorb.chunks { add(chunk.hash, to: name, key: footer.key) }
        }
    }

    /// The next chunk of a xorb of this push.
    mutating func append(_ chunk: XetHash, to number: Int) { add(chunk, to: .new(number), key: .zero) }

    /// Where `chunk` is: behind `last`, if it is there, so that files stay in long runs.
    func find(_ chunk: XetHash, after last: Place?) -> Place? {
        if let last, let entry = xorbs[last.xorb], entry.chunks.indices.contains(last.chunk + 1),
            entry.chunks[last.chunk + 1] == Self.masked(chunk, entry.key)
        {
            return Place(xorb: last.xorb, chunk: last.chunk + 1)
        }
        for (key, places) in places {
            if let place = places[Self.masked(chunk, key)] { return place }
        }
        return nil
    }

    private static func masked(_ chunk: XetHash, _ key: XetHash) -> XetHash {
        key == .zero ? chunk : XetHashing.masked(chunk, key: key)
    }

    private mutating func add(_ hash: XetHash, to xorb: Xorb, key: XetHash) {
        if xorbs[xorb] == nil {
            xorbs[xorb] = Entry(key: key, chunks: [])
            order.append(xorb)
        }
        let chunk = xorbs[xorb]?.chunks.count ?? 0
        xorbs[xorb]?.chunks.append(hash)
        if places[key, default: [:]][hash] == nil {
            places[key, default: [:]][hash] = Place(xorb: xorb, chunk: chunk)
        }
        count += 1
        while count > Self.limit, order.count > 1 { forget(order.removeFirst()) }
    }

    private mutating func forget(_ xorb: Xorb) {
        guard let entry = xorbs.removeValue(forKey: xorb) else { return }
        count -= entry.chunks.count
        for hash in entry.chunks where places[entry.key]?[hash]?.xorb == xorb {
            places[entry.key]?[hash] = nil
        }
    }
}
