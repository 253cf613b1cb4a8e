// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

/// The chunk store as Xet clients speak to it, and the signed addresses it gives out.
///
/// Domain and epoch in a path are the client's cache key; what may be done is in the token. Paths without a version are
/// those of older clients.
struct CASRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        for version in ["/v1", ""] {
            let base = "/cas/{domain}/{epoch}\(version)"
            router.get(RouterPath("\(base)/chunks/{prefix}/{hash}"), use: chunks)
            router.post(RouterPath("\(base)/xorbs/{prefix}/{hash}"), use: postXorb)
            router.post(RouterPath("\(base)/shards")) { try await shard($0, $1) }
            router.get(RouterPath("\(base)/reconstructions/{hash}")) { try await reconstruct(.v1, $0, $1) }
        }
        router.post("/cas/{domain}/{epoch}/v1/xorb-grants/{prefix}/{hash}", use: grant)
        router.post("/cas/{domain}/{epoch}/v1/xorb-commits/{prefix}/{hash}/grant/{id}", use: commitXorb)
        router.post("/cas/{domain}/{epoch}/v2/shards", use: shardWithProgress)
        router.get("/cas/{domain}/{epoch}/v2/reconstructions/{hash}") { try await reconstruct(.v2, $0, $1) }
        router.put("/cas/put/{ticket}", use: putXorb)
        router.get("/cas/xorb/{id}", use: xorbBytes)
        router.post("/v1/telemetry", use: telemetry)
    }

    /// Whether a path takes the chunk store's tokens instead of the hub's. Signed addresses take none.
    static func takesTokens(_ path: String) -> Bool {
        path == "/v1/telemetry"
            || path.hasPrefix("/cas/") && !["/cas/put/", "/cas/xorb/"].contains(where: path.hasPrefix)
    }

    private static let octets = "application/octet-stream"

    private func access(_ context: HubContext) throws -> CASAccess {
        guard let access = context.cas else {
            throw HubError(
                .unauthenticated,
                "The chunk store needs a token of the hub's xet-read-token or xet-write-token"
            )
        }
        return access
    }

    private func hash(_ context: HubContext) throws -> XetHash {
        guard let hash = XetHash(string: try context.segment("hash")) else {
            throw HubError(.badRequest, "A hash has 64 hexadecimal digits")
        }
        return hash
    }

    // MARK: Asking

    @Sendable private func chunks(_ request: Request, _ context: HubContext) async throws -> Response {
        .full(
            try await hub.xet.chunksAround(try hash(context), access: try access(context)),
            contentType: Self.octets
        )
    }

    private func reconstruct(
        _ version: XetService.ReconstructionVersion,
        _ request: Request,
        _ context: HubContext
    ) async throws -> Response {
        .json(
            try await hub.xet.reconstruct(
                try hash(context),
                range: try Self.range(request.headers[.range]),
                version: version,
                baseURL: try request.baseURL(context),
                access: try access(context)
            )
        )
    }

    /// `bytes=a-b` or `bytes=a-`; no header is all.
    private static func range(_ header: String?) throws -> ClosedRange<Int64>? {
        guard let header else { return nil }
        let malformed = HubError(.badRequest, "The Range of a reconstruction is bytes=first-last")
        guard header.hasPrefix("bytes=") else { throw malformed }
        let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int64(ends[0]), first >= 0 else { throw malformed }
        guard !ends[1].isEmpty else { return first...Int64.max }
        guard let last = Int64(ends[1]), last >= first else { throw malformed }
        return first...last
    }

    // MARK: Xorbs

    @Sendable private func grant(_ request: Request, _ context: HubContext) async throws -> Response {
        let access = try access(context)
        let body = try await request.jsonBody(limit: 64 << 10)
        guard let length = body["length"]?.intValue, let checksum = body["checksum"],
            try checksum.required("algo") == "crc64nvme", let value = UInt64(try checksum.required("value"))
        else {
            throw HubError(.badRequest, "A grant needs \"length\" in bytes and a \"checksum\" by crc64nvme, in decimal")
        }
        guard let id = try await hub.xet.grant(try hash(context), length: length, checksum: value, access: access)
        else { return .json(["exists": true]) }
        return .json(
            [
                "id": .string(id), "method": "PUT",
                "url": .string("\(try request.baseURL(context))/cas/put/\(id)"), "headers": ["If-None-Match": "*"],
            ],
            status: .created
        )
    }

    @Sendable private func putXorb(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try await hub.xet.receive(
            ticket: try context.segment("ticket"),
            declaredLength: request.contentLength,
            body: request.body
        )
        return .json(["success": true])
    }

    @Sendable private func commitXorb(_ request: Request, _ context: HubContext) async throws -> Response {
        try await hub.xet.commitXorb(try hash(context), access: try access(context))
        return .json(["success": true])
    }

    @Sendable private func postXorb(_ request: Request, _ context: HubContext) async throws -> Response {
        let isNew = try await hub.xet.receiveXorb(
            try hash(context),
            body: request.body,
            access: try access(context)
        )
        return .json(["was_inserted": .bool(isNew)])
    }

    /// Some of a xorb's packed chunks: one of the ranges that the address was signed for, or several of them.
    @Sendable private func xorbBytes(_ request: Request, _ context: HubContext) async throws -> Response {
        let (address, reader) = try await hub.xet.open(
            try context.segment("id"),
            query: try request.queryItems().firstValues
        )
        let header = request.headers[.range] ?? ""
        let wanted = header.dropFirst(6).split(separator: ",", omittingEmptySubsequences: false).map {
            XorbAddress.range($0.filter { $0 != " " })
        }
        guard header.hasPrefix("bytes="), !wanted.isEmpty,
            wanted.allSatisfy({ range in range.map(address.ranges.contains) ?? false })
        else { throw HubError(.forbidden, "This address opens the ranges it was signed for, and no others") }
        return try XorbBytes(reader: reader, ranges: wanted.compactMap { $0 }).response(context)
    }

    // MARK: Shards

    private func shard(_ request: Request, _ context: HubContext) async throws -> Response {
        let access = try access(context)
        let bytes = try await request.collectBody(limit: XetService.shardBytes)
        return .json(["result": .int(try await hub.xet.receiveShard(bytes, access: access) ? 1 : 0)])
    }

    /// As lines of JSON while the files are checked; what is wrong with them comes as the last one, which clients show.
    @Sendable private func shardWithProgress(_ request: Request, _ context: HubContext) async throws -> Response {
        let access = try access(context)
        try access.requireWrite()
        let bytes = try await request.collectBody(limit: XetService.shardBytes)
        let frames = ShardFrames(hub: hub, shard: bytes, access: access, logger: context.logger)
        return Response(
            status: .ok,
            headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { try await frames.write(to: &$0) }
        )
    }

    /// What clients tell of their transfers. Nobody asks for it here.
    @Sendable private func telemetry(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try access(context)
        _ = try await request.collectBody(limit: Request.jsonLimit)
        return .json([:])
    }
}
