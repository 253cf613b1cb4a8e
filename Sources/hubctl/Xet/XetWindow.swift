// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubTransfer
import NIOCore
import NIOHTTP1

/// A stretch of a file, put together from chunks: small enough to be held in memory, fetched on its own.
struct XetWindow: Sendable {
    /// Bytes of a file that are fetched and put together at once.
    static let length: Int64 = 8 << 20
    /// Bytes of the hub's answer about one window.
    private static let planLimit = 16 << 20

    let store: ChunkStore
    let file: XetHash
    /// In bytes of the file.
    let range: Range<Int64>

    /// What the hub sends is not what it announces.
    struct Inconsistent: Error {
        let what: String
    }

    /// The bytes of the range.
    ///
    /// The file's digest is checked by who asks; here only that everything fits.
    func fetch() async throws -> ByteBuffer {
        var isSecond = false
        while true {
            do {
                return try await assemble(try await plan())
            } catch let error as HTTPFailure where error.status == 403 && !isSecond && error.method == .GET {
                // The addresses were for a short time only.
                isSecond = true
            }
        }
    }

    private struct Plan {
        struct Piece {
            let url: String
            let chunks: Range<Int>
            let bytes: Range<Int64>
        }

        let offset: Int
        let terms: [ShardTerm]
        let pieces: [XetHash: [Piece]]
    }

    private func plan() async throws -> Plan {
        let header = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
        func ask(_ version: String) async throws -> JSONValue {
            try await store.client.json(
                try await store.request(.GET, "/\(version)/reconstructions/\(file)").header("range", header)
            )
        }
        do {
            return try Self.parse(try await ask("v2"))
        } catch let error as HTTPFailure where error.status == 404 || error.status == 501 {
            return try Self.parse(try await ask("v1"))
        }
    }

    private static func parse(_ json: JSONValue) throws -> Plan {
        func chunks(_ json: JSONValue?) throws -> Range<Int> {
            guard let start = json?["start"]?.intValue.flatMap(Int.init(exactly:)),
                let end = json?["end"]?.intValue.flatMap(Int.init(exactly:)), start >= 0, start < end
            else { throw Inconsistent(what: "a range of chunks without chunks") }
            return start..<end
        }
        func bytes(_ json: JSONValue?) throws -> Range<Int64> {
            guard let start = json?["start"]?.intValue, let end = json?["end"]?.intValue, start >= 0, start <= end,
                end < .max
            else { throw Inconsistent(what: "a range of bytes without bytes") }
            return start..<end + 1
        }
        func url(_ json: JSONValue?) throws -> String {
            guard let url = json?.stringValue, URLText.origin(url) != nil else {
                throw Inconsistent(what: "a xorb without an address")
            }
            return url
        }
        let terms = try (json["terms"]?.arrayValue ?? []).map { term in
            guard let hash = term["hash"]?.stringValue.flatMap({ XetHash(string: $0) }),
                let length = term["unpacked_length"]?.intValue.flatMap(UInt32.init(exactly:)),
                let term = ShardTerm(xorb: hash, unpackedLength: length, chunks: try chunks(term["range"]))
            else { throw Inconsistent(what: "a part of a file that is none") }
            return term
        }
        var pieces: [XetHash: [Plan.Piece]] = [:]
        for (name, list) in json["xorbs"]?.objectValue ?? json["fetch_info"]?.objectValue ?? [:] {
            guard let hash = XetHash(string: name) else { throw Inconsistent(what: "a xorb without a name") }
            for entry in list.arrayValue ?? [] {
                if let ranges = entry["ranges"]?.arrayValue {
                    pieces[hash, default: []] += try ranges.map {
                        .init(
                            url: try url(entry["url"]),
                            chunks: try chunks($0["chunks"]),
                            bytes: try bytes($0["bytes"])
                        )
                    }
                } else {
                    pieces[hash, default: []].append(
                        .init(
                            url: try url(entry["url"]),
                            chunks: try chunks(entry["range"]),
                            bytes: try bytes(entry["url_range"])
                        )
                    )
                }
            }
        }
        let offset = json["offset_into_first_range"]?.intValue.flatMap(Int.init(exactly:)) ?? 0
        guard (0..<ChunkRecord.maximumLength).contains(offset) else { throw Inconsistent(what: "a bad first offset") }
        return Plan(offset: offset, terms: terms, pieces: pieces)
    }

    /// Bytes that the pieces of one window may have: each chunk of them is in it at least once, and two only in part.
    private var roomLimit: Int64 { Int64(range.count) + 4 * Int64(ChunkRecord.maximumLength) }

    private func assemble(_ plan: Plan) async throws -> ByteBuffer {
        var room = roomLimit
        var unpacked: [XetHash: [(chunks: Range<Int>, content: UnpackedChunks)]] = [:]
        for (xorb, pieces) in plan.pieces {
            for piece in pieces {
                let content = try await fetch(piece, limit: room)
                room -= Int64(content.bytes.readableBytes)
                unpacked[xorb, default: []].append((piece.chunks, content))
            }
        }
        var out = ByteBuffer()
        out.reserveCapacity(Int(range.count) + 2 * ChunkRecord.maximumLength)
        for term in plan.terms {
            guard
                let (chunks, content) = unpacked[term.xorb]?.first(where: {
                    $0.chunks.lowerBound <= term.chunks.lowerBound && $0.chunks.upperBound >= term.chunks.upperBound
                }),
                var bytes = content.slice(
                    term.chunks.lowerBound - chunks.lowerBound..<term.chunks.upperBound - chunks.lowerBound
                ),
                bytes.readableBytes == Int(term.unpackedLength),
                out.readableBytes + bytes.readableBytes <= range.count + 2 * ChunkRecord.maximumLength
            else { throw Inconsistent(what: "a part of the file that is in none of the xorbs named") }
            out.writeBuffer(&bytes)
        }
        guard let window = out.getSlice(at: plan.offset, length: range.count) else {
            throw Inconsistent(what: "\(out.readableBytes - plan.offset) bytes where \(range.count) were asked for")
        }
        return window
    }

    private func fetch(_ piece: Plan.Piece, limit: Int64) async throws -> UnpackedChunks {
        let packedLimit = limit + Int64(piece.chunks.count) * Int64(ChunkRecord.headerLength)
        guard Int64(piece.bytes.count) <= packedLimit else { throw Inconsistent(what: "more bytes than the file has") }
        var request = HubRequest(.GET, piece.url)
            .header("range", "bytes=\(piece.bytes.lowerBound)-\(piece.bytes.upperBound - 1)")
        // The address itself is the permission.
        request.isAuthenticated = false
        let answer = try await store.client.send(request)
        guard answer.status == .partialContent else { throw Inconsistent(what: "a whole xorb instead of a part") }
        let packed: ByteBuffer
        do {
            packed = try await answer.body.collect(upTo: piece.bytes.count)
        } catch {
            throw HubClient.networkFailure(error, origin: store.client.origin)
        }
        guard packed.readableBytes == piece.bytes.count else {
            throw NetworkFailure(kind: .closed, origin: store.client.origin, detail: "a part of a xorb broke off")
        }
        return try await Disk.run {
            do {
                return try UnpackedChunks(packed, count: piece.chunks.count, limit: limit)
            } catch let error as HubError {
                throw Inconsistent(what: error.message)
            }
        }
    }
}
