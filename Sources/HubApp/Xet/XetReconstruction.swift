// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore
import HubTransfer

extension XetService {
    /// Which form of the answer a client asks for.
    public enum ReconstructionVersion: Sendable {
        case v1, v2
    }

    /// Where the bytes of a file, or of a part of it, are to be fetched.
    /// - Parameter range: of the file, both ends included; `nil` for all of it.
    /// - Throws: ``HubError/Code/notFound`` for a file that is not in the token's repo, whether it exists or not;
    ///   ``HubError/Code/rangeNotSatisfiable`` behind its end.
    public func reconstruct(
        _ hash: XetHash,
        range: ClosedRange<Int64>?,
        version: ReconstructionVersion,
        baseURL: String,
        access: CASAccess
    ) async throws -> JSONValue {
        let file = try await file(hash, access)
        guard file.size > 0 else { return Self.json([], fetches: [], offset: 0, version) { _, _ in "" } }
        let first = range?.lowerBound ?? 0
        guard first < file.size else {
            throw HubError(.rangeNotSatisfiable, "The range starts past the end", totalSize: file.size)
        }
        let end = min(range?.upperBound ?? .max, file.size - 1) + 1
        let (terms, xorbs, start) = try await terms(of: file, from: first, to: end)
        let plan = try Reconstruction(
            terms: terms,
            size: (terms.reduce(0) { $0 + Int64($1.unpackedLength) }),
            range: first - start..<end - start
        ) { hash in
            guard let known = xorbs[hash] else { throw HubError(.corrupt, "The xorb \(hash) is missing") }
            return known.layout
        }
        let expires = hub.clock.now.adding(seconds: XetLimits.addressSeconds).seconds
        return Self.json(plan.terms, fetches: plan.fetches, offset: plan.offsetIntoFirstRange, version) {
            hash,
            ranges in
            guard let id = xorbs[hash]?.record.id else { return "" }
            return XorbAddress(xorb: id, ranges: ranges, expires: expires).url(baseURL: baseURL, signer: hub.signer)
        }
    }

    private func file(_ hash: XetHash, _ access: CASAccess) async throws -> XetFileRecord {
        let file = try await hub.store.read { tx in
            try tx.xetFile(hash, inRepo: access.repo.id, preferring: access.domain).map {
                ($0, try tx.isDamaged($0.sha256))
            }
        }
        guard let (file, isDamaged) = file else {
            throw HubError(.notFound, "There is no such file in this repository")
        }
        if isDamaged { throw HubError.damaged(hash.description) }
        return file
    }

    /// The terms that touch a part of a file, their xorbs, and where in the file the first begins.
    private func terms(
        of file: XetFileRecord,
        from first: Int64,
        to end: Int64
    ) async throws -> (terms: [ShardTerm], xorbs: [XetHash: KnownXorb], start: Int64) {
        var terms: [ShardTerm] = []
        var ids: [Int64: XetHash] = [:]
        var xorbs: [XetHash: KnownXorb] = [:]
        var start: Int64?
        var position = first
        while position < end {
            let from = position
            let page = try await hub.store.read { try $0.xetTerms(of: file.id, from: from, limit: StoredTerms.page) }
            guard let last = page.last, last.start + last.size > position else {
                throw HubError(.corrupt, "The file \(file.hash) has a hole at \(position)")
            }
            for row in page where row.start < end {
                if ids[row.xorb] == nil {
                    let known = try await hub.xorbs.known(row.xorb)
                    ids[row.xorb] = known.record.hash
                    xorbs[known.record.hash] = known
                }
                guard let xorb = ids[row.xorb], let length = UInt32(exactly: row.size) else { continue }
                start = start ?? row.start
                if let term = ShardTerm(xorb: xorb, unpackedLength: length, chunks: row.chunks) { terms.append(term) }
            }
            position = last.start + last.size
        }
        return (terms, xorbs, start ?? 0)
    }

    private static func json(
        _ terms: [ShardTerm],
        fetches: [Reconstruction.Fetch],
        offset: Int,
        _ version: ReconstructionVersion,
        url: (XetHash, [Range<Int>]) -> String
    ) -> JSONValue {
        func range(_ range: Range<Int>) -> JSONValue {
            ["start": .int(Int64(range.lowerBound)), "end": .int(Int64(range.upperBound))]
        }
        // As an HTTP range: the last byte, not the one behind it.
        func bytes(_ range: Range<Int>) -> JSONValue {
            ["start": .int(Int64(range.lowerBound)), "end": .int(Int64(range.upperBound - 1))]
        }
        var object: JSONObject = [
            "offset_into_first_range": .int(Int64(offset)),
            "terms": .array(
                terms.map { term in
                    [
                        "hash": .string(term.xorb.description), "unpacked_length": .int(Int64(term.unpackedLength)),
                        "range": range(term.chunks),
                    ]
                }
            ),
        ]
        var xorbs: JSONObject = [:]
        for fetch in fetches {
            switch version {
            case .v1:
                xorbs[fetch.xorb.description] = .array(
                    fetch.pieces.map { part in
                        [
                            "range": range(part.chunks), "url": .string(url(fetch.xorb, [part.bytes])),
                            "url_range": bytes(part.bytes),
                        ]
                    }
                )
            case .v2:
                var addresses: [JSONValue] = []
                var rest = fetch.pieces[...]
                while !rest.isEmpty {
                    let parts = rest.prefix(XetLimits.rangesPerAddress)
                    rest = rest.dropFirst(parts.count)
                    addresses.append([
                        "url": .string(url(fetch.xorb, parts.map(\.bytes))),
                        "ranges": .array(parts.map { ["chunks": range($0.chunks), "bytes": bytes($0.bytes)] }),
                    ])
                }
                xorbs[fetch.xorb.description] = .array(addresses)
            }
        }
        object[version == .v1 ? "fetch_info" : "xorbs"] = .object(xorbs)
        return .object(object)
    }
}
