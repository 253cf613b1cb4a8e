// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTestSupport
import HubTransfer
import NIOCore
import Testing

@testable import HubApp

@Suite struct ChunkedContentTests {
    /// Bytes that are the same in every run and do not repeat.
    private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    /// A file that came whole, in a repo.
    private func pushWhole(_ bytes: [UInt8], to id: RepoID, _ test: TestHub, as viewer: Viewer) async throws -> BlobID {
        let lease = try await test.hub.blobLease()
        let blob = try await test.hub.wholeBlobs.put(ByteBuffer(bytes: bytes))
        let record = try #require(try await test.hub.store.read { try $0.repo(.model, id) })
        let (now, size) = (test.clock.now, Int64(bytes.count))
        try await test.hub.recording([blob: size], under: lease, durable: false) { tx in
            try tx.recordBlob(blob, size: size, repo: record.id, at: now)
        }
        let path = try RepoPath("w.bin")
        try await test.commit([.addLFSFile(path: path, oid: blob, size: size)], to: id, as: viewer)
        return blob
    }

    private func access(_ id: RepoID, _ test: TestHub, as viewer: Viewer) async throws -> CASAccess {
        let ticket = try await test.hub.xet.writeTicket(.model, id, baseURL: "http://hub.test", viewer: viewer)
        return try await test.hub.xet.access(ticket.token)
    }

    /// Sends bytes as a client would: one xorb, one shard.
    private func pushChunked(_ bytes: [UInt8], _ access: CASAccess, _ test: TestHub) async throws -> BlobID {
        var builder = XorbBuilder()
        var chunker = GearChunker()
        var root = MerkleRoot()
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = rest.withUnsafeBytes { chunker.scan($0) } ?? rest.count
            rest.prefix(length).withUnsafeBytes { chunk in
                let hash = XetHashing.chunkHash(chunk)
                builder.append(chunk: chunk, hash: hash)
                root.append(hash, length: UInt64(length))
            }
            rest = rest.dropFirst(length)
        }
        let (body, layout) = builder.finish()
        _ = try await test.hub.xet.receiveXorb(layout.hash, body: [body].async, access: access)
        let digest = try await ContentDigest.sha256(of: MemoryReader(ByteBuffer(bytes: bytes)))
        let chunks = 0..<layout.chunkCount
        let term = try #require(
            ShardTerm(xorb: layout.hash, unpackedLength: UInt32(bytes.count), chunks: chunks)
        )
        let file = ShardFile(
            hash: root.fileHash(),
            terms: [term],
            verification: [XetHashing.rangeHash(layout.chunkHashes)],
            sha256: digest
        )
        _ = try await test.hub.xet.receiveShard(ShardWriter.upload(XetShard(files: [file])), access: access)
        return digest
    }

    private func read(_ reader: any BlobReader, from start: Int64, count: Int, pieces: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let part = try await reader.read(at: start + Int64(bytes.count), upTo: min(pieces, count - bytes.count))
            guard part.readableBytes > 0 else { break }
            bytes += Array(part.readableBytesView)
        }
        return bytes
    }

    @Test(arguments: [1, 777, 65_536, 300_000]) func `a chunked file reads the same from anywhere`(pieces: Int)
        async throws
    {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let bytes = noise(700_000, seed: 1)
            let blob = try await pushChunked(bytes, try await access(id, test, as: ada), test)
            #expect(try await test.hub.wholeBlobs.size(of: blob) == nil)
            #expect(try await test.hub.blobs.size(of: blob) == 700_000)
            let reader = try await test.hub.blobs.open(blob)
            let span = pieces == 1 ? 2000 : 400_000
            for start in [0, 1, 65_535, 131_071, 290_000] {
                let found = try await read(reader, from: Int64(start), count: span, pieces: pieces)
                #expect(found == Array(bytes[start..<start + span]))
            }
            #expect(try await reader.read(at: 700_000, upTo: 10).readableBytes == 0)
            let error = await #expect(throws: HubError.self) { try await reader.read(at: 700_001, upTo: 1) }
            #expect(error?.code == .rangeNotSatisfiable)
        }
    }

    @Test func `a whole file is cut into the chunks a client would cut, without a second copy`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let bytes = noise(500_000, seed: 2)
            let blob = try await pushWhole(bytes, to: id, test, as: ada)
            try await test.hub.xet.chunkQueued()
            let file = try #require(try await test.hub.store.read { try $0.xetFile(of: blob) })
            // The same bytes sent in chunks are the same file, and nothing new.
            #expect(try await pushChunked(bytes, try await access(id, test, as: ada), test) == blob)
            let counts = try await test.hub.store.read { tx in
                (try tx.xetFiles(after: 0, limit: 10).count, try tx.xorbs(after: 0, limit: 10))
            }
            #expect(counts.0 == 1 && counts.1.count == 1)
            #expect(counts.1.first?.body == blob && counts.1.first?.rawOffset == 0)
            // Packed as clients fetch it, it unpacks to what it says.
            let xorb = try #require(counts.1.first)
            let reader = PackedXorbReader(xorb: try await test.hub.xorbs.open(xorb.id))
            var parser = XorbParser()
            try parser.feed(
                ByteBuffer(bytes: try await read(reader, from: 0, count: Int(reader.size), pieces: 100_000))
            )
            #expect(try parser.finish().hash == xorb.hash)
            #expect(file.size == 500_000)
        }
    }

    @Test func `a file announced with another digest is refused`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", as: ada)
            let access = try await access(id, test, as: ada)
            let blob = try await pushChunked(noise(20_000, seed: 3), access, test)
            let file = try #require(try await test.hub.store.read { try $0.xetFile(of: blob) })
            let known = try await test.hub.xorbs.known(1)
            let term = try #require(
                ShardTerm(xorb: known.layout.hash, unpackedLength: 20_000, chunks: 0..<known.layout.chunkCount)
            )
            let lie = ShardFile(
                hash: file.hash,
                terms: [term],
                verification: [XetHashing.rangeHash(known.layout.chunkHashes)],
                sha256: .empty
            )
            let error = await #expect(throws: HubError.self) {
                try await test.hub.xet.receiveShard(ShardWriter.upload(XetShard(files: [lie])), access: access)
            }
            #expect(error?.code == .unprocessable)
            #expect(error?.message.contains(blob.hex) == true)
        }
    }

    @Test func `tokens and addresses end with their time, and rights with the repo's`() async throws {
        try await withTestHub { test in
            let ada = try await test.user("ada")
            let id = try await test.repo("ada/m", visibility: .private, as: ada)
            let ticket = try await test.hub.xet.readTicket(.model, id, .main, baseURL: "http://hub.test", viewer: ada)
            let reader = try await test.hub.xet.access(ticket.token)
            #expect(throws: HubError.self) { try reader.requireWrite() }
            let bytes = noise(10_000, seed: 4)
            let blob = try await pushChunked(bytes, try await access(id, test, as: ada), test)
            let hash = try #require(try await test.hub.store.read { try $0.xetFile(of: blob)?.hash })
            let plan = try await test.hub.xet.reconstruct(hash, range: nil, version: .v2, baseURL: "", access: reader)
            let url = try #require(
                plan["xorbs"]?.objectValue?.first { _ in true }?.value.arrayValue?.first?["url"]?.stringValue
            )
            let query = Dictionary(
                uniqueKeysWithValues: try #require(url.split(separator: "?").last).split(separator: "&").map {
                    let halves = $0.split(separator: "=").map(String.init)
                    return (halves[0], halves[1])
                }
            )
            _ = try await test.hub.xet.open("1", query: query)
            test.clock.advance(seconds: 901)
            let late = await #expect(throws: HubError.self) { try await test.hub.xet.open("1", query: query) }
            #expect(late?.code == .forbidden)
            let over = await #expect(throws: HubError.self) { try await test.hub.xet.access(ticket.token) }
            #expect(over?.code == .invalidCredentials)
        }
    }

    @Test func `what one namespace stores shows in no answer to another`() async throws {
        try await withTestHub { test in
            let (ada, ben) = (try await test.user("ada"), try await test.user("ben"))
            let (hers, his) = (try await test.repo("ada/m", as: ada), try await test.repo("ben/m", as: ben))
            let bytes = noise(300_000, seed: 5)
            _ = try await pushChunked(bytes, try await access(hers, test, as: ada), test)
            let foreign = try await access(his, test, as: ben)
            let known = try await test.hub.xorbs.known(1)
            let first = try #require(known.layout.chunkHashes.first)
            _ = try await test.hub.xet.chunksAround(first, access: try await access(hers, test, as: ada))
            for chunk in [first, XetHash.zero] {
                let error = await #expect(throws: HubError.self) {
                    try await test.hub.xet.chunksAround(chunk, access: foreign)
                }
                #expect(error?.code == .notFound)
            }
            #expect(try await test.hub.xet.grant(known.layout.hash, length: 5, checksum: 1, access: foreign) != nil)
            // Narrowed to one repo of the namespace, a token learns nothing of the others either.
            let scope = TokenScope(entityType: "model", entityName: "ada/other", permissions: [.write])
            try await test.repo("ada/other", as: ada)
            let narrow = try await test.viewer("ada", role: .fineGrained, scopes: [scope])
            let narrowed = try await access(RepoID("ada/other"), test, as: narrow)
            #expect(!narrowed.seesDomain)
            let error = await #expect(throws: HubError.self) {
                try await test.hub.xet.chunksAround(first, access: narrowed)
            }
            #expect(error?.code == .notFound)
            #expect(try await test.hub.xet.grant(known.layout.hash, length: 5, checksum: 1, access: narrowed) != nil)
        }
    }
}

/// A blob in memory.
private struct MemoryReader: BlobReader {
    let bytes: ByteBuffer
    init(_ bytes: ByteBuffer) { self.bytes = bytes }
    var size: Int64 { Int64(bytes.readableBytes) }
    func read(at offset: Int64, upTo count: Int) async throws -> ByteBuffer {
        let start = Int(offset)
        return bytes.getSlice(at: start, length: min(count, bytes.readableBytes - start)) ?? ByteBuffer()
    }
}

extension Array where Element: Sendable {
    /// The elements one after the other.
    fileprivate var async: AsyncStream<Element> {
        AsyncStream { continuation in
            for element in self { continuation.yield(element) }
            continuation.finish()
        }
    }
}
