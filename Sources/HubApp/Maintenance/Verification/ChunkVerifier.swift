// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer
import NIOCore
import NIOPosix

/// Recomputes what is known of chunks: each xorb's from its bytes, each file's from its xorbs.
///
/// Clients check nothing of what they download in chunks, so the hub has to.
struct ChunkVerifier {
    let hub: Hub
    let looksOnly: Bool
    /// Told of what is wrong.
    let add: @Sendable (VerificationFinding.Kind, String) -> Void

    private static let batch = 100
    private static let readBytes = 1 << 20

    struct Counts: Sendable {
        var xorbs: Int64 = 0
        var files: Int64 = 0
    }

    func run() async throws -> Counts {
        var counts = Counts()
        counts.xorbs = try await pages {
            try $0.xorbs(after: $1, limit: Self.batch).map { ($0.id, $0) }
        } _: {
            try await check($0)
        }
        counts.files = try await pages {
            try $0.xetFiles(after: $1, limit: Self.batch).map { ($0.id, $0) }
        } _: {
            try await check($0)
        }
        return counts
    }

    private func pages<Row: Sendable>(
        _ read: @escaping @Sendable (ReadTransaction, Int64) throws -> [(Int64, Row)],
        _ check: (Row) async throws -> Void
    ) async throws -> Int64 {
        var (last, count): (Int64, Int64) = (0, 0)
        while true {
            let after = last
            let page = try await hub.store.read { try read($0, after) }
            guard let end = page.last?.0 else { return count }
            for (_, row) in page {
                try Task.checkCancellation()
                try await check(row)
                count += 1
            }
            last = end
        }
    }

    // MARK: Xorbs

    private func check(_ xorb: XorbRecord) async throws {
        // The bytes that were found damaged are on record already.
        guard try await !hub.store.read({ try $0.isDamaged(xorb.body) }) else { return }
        do {
            let known = try await hub.xorbs.known(xorb.id)
            let found = xorb.rawOffset == nil ? try await packed(xorb) : try await raw(known)
            guard found.layout == known.layout, found.checks == known.checks else {
                return try await damaged(xorb, "its chunks are not those on record")
            }
        } catch let error as HubError where [.notFound, .corrupt, .badRequest].contains(error.code) {
            // Collected since the page was read?
            guard try await hub.store.read({ try $0.xorb(xorb.id)?.body == xorb.body }) else { return }
            try await damaged(xorb, error.message)
        }
    }

    private func damaged(_ xorb: XorbRecord, _ reason: String) async throws {
        add(.corrupted, "the xorb \(xorb.hash) in the blob \(xorb.body): \(reason)")
        if !looksOnly { try await hub.noteDamage(xorb.body, "the xorb \(xorb.hash): \(reason)") }
    }

    private func packed(_ xorb: XorbRecord) async throws -> XorbArrival {
        let reader = try await hub.wholeBlobs.open(xorb.body)
        var intake = XorbIntake()
        var offset: Int64 = 0
        while offset < reader.size {
            let (bytes, before) = (try await reader.read(at: offset, upTo: Self.readBytes), intake)
            offset += Int64(bytes.readableBytes)
            intake = try await NIOThreadPool.singleton.runIfActive {
                var intake = before
                try intake.feed(bytes)
                return intake
            }
        }
        return try intake.finish(checksum: nil)
    }

    /// Chunks that lie in a whole file, by the places on record.
    private func raw(_ known: KnownXorb) async throws -> XorbArrival {
        let open = try await hub.xorbs.open(known.record.id)
        var intake = XorbIntake()
        var first = 0
        while first < known.layout.chunkCount {
            let end = min(first + 16, known.layout.chunkCount)
            let (bytes, before) = (try await open.records(first..<end), intake)
            first = end
            intake = try await NIOThreadPool.singleton.runIfActive {
                var intake = before
                try intake.feed(bytes)
                return intake
            }
        }
        return try intake.finish(checksum: nil)
    }

    // MARK: Files

    private func check(_ file: XetFileRecord) async throws {
        guard try await !hub.store.read({ try $0.isDamaged(file.sha256) }) else { return }
        var root = MerkleRoot()
        var position: Int64 = 0
        var isOneFile = true
        do {
            while position < file.size {
                let from = position
                let page = try await hub.store.read { try $0.xetTerms(of: file.id, from: from, limit: Self.batch) }
                if page.isEmpty { break }
                for term in page {
                    let known = try await hub.xorbs.known(term.xorb)
                    isOneFile = isOneFile && known.record.body == file.sha256
                    guard term.start == position, let length = known.layout.unpackedLength(of: term.chunks),
                        Int64(length) == term.size
                    else { throw HubError(.corrupt, "its terms do not fit their xorbs at \(position)") }
                    for chunk in term.chunks {
                        let length = known.layout.unpackedLength(of: chunk..<chunk + 1) ?? 0
                        root.append(known.layout.chunkHashes[chunk], length: UInt64(length))
                    }
                    position += term.size
                }
            }
            guard position == file.size else { throw HubError(.corrupt, "its terms have \(position) bytes") }
            guard root.fileHash() == file.hash else { throw HubError(.corrupt, "its chunks make another file") }
            // A file that lies whole was read by its digest before.
            if !isOneFile || file.size == 0 {
                let terms = StoredTerms(store: hub.store, file: file.id)
                let reader = XetContentReader(size: file.size, terms: terms, source: hub.xorbs)
                let digest = try await ContentDigest.sha256(of: reader)
                guard digest == file.sha256 else { throw HubError(.corrupt, "its chunks have the digest \(digest)") }
            }
        } catch let error as HubError where error.code == .corrupt {
            guard try await hub.store.read({ try $0.xetFile(file.hash, in: file.domain)?.id == file.id }) else {
                return
            }
            add(.corrupted, "the file \(file.hash), content \(file.sha256): \(error.message)")
            let isWhole = try await hub.wholeBlobs.size(of: file.sha256) != nil
            if !looksOnly, !isWhole { try await hub.noteDamage(file.sha256, error.message) }
        }
    }
}
