// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

/// The git-lfs batch API, and the signed addresses it gives out.
struct LFSRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        for kind in RepoKind.allCases {
            let prefix = kind.urlPrefix.isEmpty ? "" : "/\(kind.plural)"
            let base = "\(prefix)/{namespace}/{name}/info/lfs/objects"
            router.post(RouterPath("\(base)/batch")) { try await batch(kind, $0, $1) }
            router.post(RouterPath("\(base)/verify")) { try await verify(kind, $0, $1) }
        }
        router.put("/lfs/{repo}/{oid}", use: put)
        router.post("/lfs/{repo}/{oid}", use: complete)
        router.get("/lfs/{repo}/{oid}", use: get)
        router.head("/lfs/{repo}/{oid}", use: head)
    }

    private static let contentType = "application/vnd.git-lfs+json"

    @Sendable private func batch(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response {
        let answer = try await hub.uploads.batch(
            kind,
            try context.repoID(droppingGitSuffix: true),
            LFSBatchRequest(json: try await request.jsonBody()),
            baseURL: try request.baseURL(context),
            viewer: context.viewer
        )
        return lfsJSON(answer)
    }

    @Sendable private func verify(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response
    {
        let body = try await request.jsonBody()
        guard let oid = BlobID(hex: try body.required("oid")), let size = body["size"]?.intValue else {
            throw HubError(.unprocessable, "\"oid\" must be a SHA-256 and \"size\" its bytes")
        }
        try await hub.uploads.verify(
            kind,
            try context.repoID(droppingGitSuffix: true),
            oid: oid,
            size: size,
            viewer: context.viewer
        )
        return lfsJSON(["success": true])
    }

    @Sendable private func put(_ request: Request, _ context: HubContext) async throws -> Response {
        let (address, signature) = try address(request, context)
        if address.action == .part {
            let etag = try await hub.uploads.receivePart(address, signature: signature, body: request.body)
            return Response(status: .ok, headers: [.eTag: "\"\(etag)\""])
        }
        try await hub.uploads.receive(
            address,
            signature: signature,
            declaredSize: request.contentLength,
            body: request.body
        )
        return Response(status: .ok, headers: [.eTag: "\"\(address.oid.hex)\""])
    }

    @Sendable private func complete(_ request: Request, _ context: HubContext) async throws -> Response {
        let (address, signature) = try address(request, context)
        // The parts are ours to know; what the client lists of them adds nothing.
        _ = try await request.collectBody(limit: Request.jsonLimit)
        try await hub.uploads.complete(address, signature: signature)
        return lfsJSON(["success": true])
    }

    /// Whether a part is here already, so that an interrupted upload can go on.
    @Sendable private func head(_ request: Request, _ context: HubContext) async throws -> Response {
        let (address, signature) = try address(request, context)
        guard address.action == .part else { return try await get(request, context) }
        guard let part = try await hub.uploads.storedPart(address, signature: signature) else {
            throw HubError(.notFound, "Part \(address.part) has not been uploaded")
        }
        return Response(status: .ok, headers: [.eTag: "\"\(part.etag)\"", .contentLength: String(part.length)])
    }

    @Sendable private func get(_ request: Request, _ context: HubContext) async throws -> Response {
        let (address, signature) = try address(request, context)
        let open = try await hub.uploads.download(address, signature: signature)
        return try await Response.bytes(
            for: request,
            context: context,
            size: address.size,
            etag: ETag(address.oid.hex),
            headers: [.contentType: "application/octet-stream"],
            open: open
        )
    }

    private func address(_ request: Request, _ context: HubContext) throws -> (LFSAddress, signature: String) {
        let query = try request.queryItems()
        guard let action = query["action"].flatMap(LFSAddress.Action.init(rawValue:)),
            let oid = BlobID(hex: try context.segment("oid")), let size = query["size"].flatMap({ Int64($0) }),
            let part = query["part"].flatMap({ Int($0) }), let expires = query["expires"].flatMap({ Int64($0) }),
            let signature = query["signature"]
        else { throw HubError(.badRequest, "This is not an LFS address of this hub") }
        let address = LFSAddress(
            action: action,
            repo: try context.segment("repo"),
            oid: oid,
            size: size,
            part: part,
            expires: expires
        )
        return (address, signature)
    }

    private func lfsJSON(_ value: JSONValue) -> Response {
        .full(ByteBuffer(string: value.serialized), contentType: Self.contentType)
    }
}
