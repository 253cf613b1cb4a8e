// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore
import HubTransfer
public import NIOCore
import NIOPosix

extension XetService {
    /// Puts the files of a shard on record: each is checked against the stored chunks, then read from them, so that its
    /// SHA-256 is not a claim.
    /// - Parameter progress: told of bytes read, and of how many there are.
    /// - Returns: whether a file is new to its domain.
    /// - Throws: an error whose message is for the user; nothing of a file that fails is kept.
    public func receiveShard(
        _ bytes: ByteBuffer,
        access: CASAccess,
        progress: @escaping @Sendable (_ verified: Int64, _ total: Int64) -> Void = { _, _ in }
    ) async throws -> Bool {
        try access.requireWrite()
        let shard = try await NIOThreadPool.singleton.runIfActive {
            try ShardParser.parse(bytes, limit: Self.shardBytes)
        }
        let files = try shard.files.map { (file: $0, size: try Self.size(of: $0)) }
        let total = try files.reduce(Int64(0)) { sum, file in
            let (sum, overflowed) = sum.addingReportingOverflow(file.size)
            guard !overflowed else { throw HubError(.tooLarge, "The files of this upload are too large") }
            return sum
        }
        try await requireRoom(files.map { ($0.file.sha256, $0.size) }, access)
        var done: Int64 = 0
        var isNew = false
        progress(0, total)
        for (file, size) in files {
            try Task.checkCancellation()
            let before = done
            isNew = try await receive(file, size: size, access: access) { progress(before + $0, total) } || isNew
            done += size
            progress(done, total)
        }
        return isNew
    }

    private func requireRoom(_ files: [(sha256: BlobID?, size: Int64)], _ access: CASAccess) async throws {
        let (quota, repo) = (hub.limits.storageQuota, access.repo)
        try await hub.store.read { tx in
            let missing = try files.filter { file in
                guard let id = file.sha256 else { return true }
                return try !tx.repoHasBlob(repo: repo.id, id)
            }
            try tx.requireRoom(for: missing.map(\.size), ownedBy: repo.ownerID, standard: quota)
        }
    }

    /// Bytes of a file by its terms.
    private static func size(of file: ShardFile) throws -> Int64 {
        guard file.terms.count <= XetLimits.termsPerFile else {
            throw HubError(
                .unprocessable,
                "The file \(file.hash) has \(file.terms.count) terms; \(XetLimits.termsPerFile) are allowed"
            )
        }
        guard file.verification.count == file.terms.count else {
            throw HubError(.unprocessable, "The file \(file.hash) comes without the verification hashes of its terms")
        }
        // Each is less than 4 GiB and there are two million at the most.
        let size = file.terms.reduce(0) { $0 + Int64($1.unpackedLength) }
        let distinct = Set(file.terms).reduce(0) { $0 + Int64($1.unpackedLength) }
        if size > XetLimits.freeFileBytes, size / XetLimits.expansion > distinct {
            throw HubError(
                .unprocessable,
                "The file \(file.hash) repeats its chunks more than \(XetLimits.expansion) times; upload it in parts"
            )
        }
        return size
    }

    private func receive(
        _ file: ShardFile,
        size: Int64,
        access: CASAccess,
        progress: @escaping @Sendable (Int64) -> Void
    ) async throws -> Bool {
        let terms = try await check(file, size: size, access)
        let known = try await hub.store.read { tx in
            try tx.xetFile(file.hash, in: access.domain).flatMap { try tx.isDamaged($0.sha256) ? nil : $0 }
        }
        let sha256: BlobID
        if let known {
            sha256 = known.sha256
        } else {
            let reader = XetContentReader(size: size, terms: GivenTerms(all: terms), source: hub.xorbs)
            sha256 = try await ContentDigest.sha256(of: reader, progress: progress)
        }
        if let claimed = file.sha256, claimed != sha256 {
            throw HubError(
                .unprocessable,
                "The file \(file.hash) was announced with the SHA-256 \(claimed), but its chunks give \(sha256)"
            )
        }
        try await record(file, blob: sha256, size: size, terms: terms, isVerified: known == nil, access)
        return known == nil
    }

    /// A file's terms as rows, after comparing all that its hashes say with the chunks that are stored.
    private func check(_ file: ShardFile, size: Int64, _ access: CASAccess) async throws -> [XetTermRecord] {
        let domain = access.domain
        var xorbs: [XetHash: KnownXorb] = [:]
        var root = MerkleRoot()
        var rows: [XetTermRecord] = []
        var start: Int64 = 0
        var rest = zip(file.terms, file.verification).map { (term: $0, expected: $1) }[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(256))
            rest = rest.dropFirst(256)
            // Layouts are dropped again as the walk goes on: a file of terabytes has more of them than memory should hold.
            if xorbs.count > 512 { xorbs = [:] }
            for (term, _) in batch where xorbs[term.xorb] == nil {
                guard let record = try await hub.store.read({ try $0.xorb(term.xorb, in: domain) }) else {
                    throw try await missing(term.xorb, in: domain)
                }
                xorbs[term.xorb] = try await hub.xorbs.known(record.id)
            }
            let (known, before, begins) = (xorbs, root, start)
            if !access.seesDomain {
                // Whether chunks are there is not theirs to find out: wrong hashes and absent chunks look alike.
                for (term, expected) in batch {
                    guard let xorb = known[term.xorb], Self.problem(term, expected, xorb) != nil else { continue }
                    throw try await missing(term.xorb, in: domain)
                }
            }
            (root, start, rows) = try await NIOThreadPool.singleton.runIfActive { [rows] in
                var (root, start, rows) = (before, begins, rows)
                for (term, expected) in batch {
                    guard let xorb = known[term.xorb] else { continue }
                    if let problem = Self.problem(term, expected, xorb) {
                        throw HubError(
                            .unprocessable,
                            "A term of the file \(file.hash) \(problem) in the xorb \(term.xorb)"
                        )
                    }
                    for chunk in term.chunks {
                        let length = xorb.layout.unpackedLength(of: chunk..<chunk + 1) ?? 0
                        root.append(xorb.layout.chunkHashes[chunk], length: UInt64(length))
                    }
                    let bytes = Int64(term.unpackedLength)
                    rows.append(XetTermRecord(start: start, size: bytes, xorb: xorb.record.id, chunks: term.chunks))
                    start += bytes
                }
                return (root, start, rows)
            }
        }
        guard root.fileHash() == file.hash else {
            throw HubError(.unprocessable, "The terms make the file \(root.fileHash()), not \(file.hash)")
        }
        return rows
    }

    /// What is wrong with a term, in words.
    private static func problem(_ term: ShardTerm, _ expected: XetHash, _ xorb: KnownXorb) -> String? {
        guard let length = xorb.layout.unpackedLength(of: term.chunks) else {
            return "names the chunks \(term.chunks), which are not there,"
        }
        guard length == Int(term.unpackedLength) else {
            return "says \(term.unpackedLength) bytes where there are \(length)"
        }
        guard XetHashing.rangeHash(xorb.layout.chunkHashes[term.chunks]) == expected else {
            return "has a verification hash that is not that of its chunks"
        }
        return nil
    }

    /// What the user is told, whose client remembers a xorb that is not here (any more).
    private func missing(_ xorb: XetHash, in domain: XetDomain) async throws -> HubError {
        // Its memory of this domain is void from the next token on; else each retry would fail in the same way.
        try await hub.store.write { try $0.advanceXetEpoch(of: domain) }
        return HubError(
            .unprocessable,
            "The hub does not have the chunks of xorb \(xorb) that this upload builds on: your client's memory of stored "
                + "chunks is out of date and has been made void. Start the upload again"
        )
    }

    private func record(
        _ file: ShardFile,
        blob: BlobID,
        size: Int64,
        terms: [XetTermRecord],
        isVerified: Bool,
        _ access: CASAccess
    ) async throws {
        let (now, quota, repo, domain) = (hub.clock.now, hub.limits.storageQuota, access.repo, access.domain)
        let xorbs = Set(terms.map(\.xorb))
        let first = try await firstChunk(terms)
        try await hub.store.write { tx in
            for id in xorbs where try tx.read.xorb(id) == nil {
                throw HubError(.unavailable, "Garbage collection came between; send the same again")
            }
            try tx.withinQuota(of: repo.ownerID, standard: quota) {
                try tx.recordBlob(blob, size: size, repo: repo.id, at: now)
            }
            try tx.storeXetFile(
                file.hash,
                in: domain,
                blob: blob,
                size: size,
                terms: terms,
                replacing: isVerified,
                at: now
            )
            if isVerified { try tx.forgetDamage([blob]) }
            try tx.touchXorbs(xorbs, at: now)
            if let first { try tx.makeFindable([first.hash], xorb: first.xorb, in: domain) }
            try tx.removeFromChunkQueue(blob, in: domain)
        }
    }

    private func firstChunk(_ terms: [XetTermRecord]) async throws -> (hash: XetHash, xorb: Int64)? {
        guard let term = terms.first else { return nil }
        let hashes = try await hub.xorbs.known(term.xorb).layout.chunkHashes
        guard term.chunks.lowerBound < hashes.count else { return nil }
        return (hashes[term.chunks.lowerBound], term.xorb)
    }
}
