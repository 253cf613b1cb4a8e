// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

/// Git's smart HTTP protocol, versions 0 and 2, with and without `.git` behind the name.
struct GitRoutes: RouteGroup {
    let hub: Hub

    /// Bytes of a fetch request, unpacked: a partial clone may name every file of a large tree.
    private static let fetchLimit = 64 << 20

    func register(on router: some RouterMethods<HubContext>) {
        for kind in RepoKind.allCases {
            let base = (kind.urlPrefix.isEmpty ? "" : "/\(kind.plural)") + "/{namespace}/{name}"
            router.get(RouterPath("\(base)/info/refs")) { try await advertise(kind, $0, $1) }
            router.post(RouterPath("\(base)/git-upload-pack")) { try await upload(kind, $0, $1) }
            router.post(RouterPath("\(base)/git-receive-pack")) { try await receive(kind, $0, $1) }
        }
    }

    @Sendable private func advertise(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws
        -> Response
    {
        let id = try context.repoID(droppingGitSuffix: true)
        guard let operation = try request.queryItems()["service"].flatMap(GitService.Operation.init(rawValue:)) else {
            throw HubError(.forbidden, "This hub speaks git's smart protocol only; use a git newer than 1.6.6")
        }
        let refs = try await hub.git.advertisement(
            kind,
            id,
            operation,
            version: request.gitProtocolVersion,
            viewer: context.viewer
        )
        return Response(
            status: .ok,
            headers: Self.headers("application/x-\(operation.rawValue)-advertisement"),
            body: ResponseBody(byteBuffer: refs)
        )
    }

    @Sendable private func upload(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response
    {
        let answer = try await hub.git.upload(
            kind,
            try context.repoID(droppingGitSuffix: true),
            body: try await request.collectGitBody(limit: Self.fetchLimit),
            version: request.gitProtocolVersion,
            viewer: context.viewer
        )
        let body = ResponseBody { writer in
            while let piece = try await answer.next() { try await writer.write(piece) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: Self.headers("application/x-git-upload-pack-result"), body: body)
    }

    @Sendable private func receive(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response
    {
        let id = try context.repoID(droppingGitSuffix: true)
        let answer: ByteBuffer
        if request.headers[.contentEncoding] == nil {
            answer = try await hub.git.receive(kind, id, body: request.body, viewer: context.viewer)
        } else {
            // No git packs what it pushes once more; another client may, with what fits into memory.
            let body = RequestBody(buffer: try await request.collectGitBody(limit: Self.fetchLimit))
            answer = try await hub.git.receive(kind, id, body: body, viewer: context.viewer)
        }
        return Response(
            status: .ok,
            headers: Self.headers("application/x-git-receive-pack-result"),
            body: ResponseBody(byteBuffer: answer)
        )
    }

    private static func headers(_ type: String) -> HTTPFields {
        [.contentType: type, .cacheControl: "no-cache, max-age=0, must-revalidate"]
    }
}

extension Request {
    /// `Git-Protocol: version=2`, among other things perhaps; 0 where nothing is said.
    fileprivate var gitProtocolVersion: Int {
        let fields = (headers[.gitProtocol] ?? "").split(separator: ":")
        return fields.contains { $0.trimmingPrefix(" ") == "version=2" } ? 2 : 0
    }

    /// The body, unpacked where git has packed it: it does so with longer requests.
    fileprivate func collectGitBody(limit: Int) async throws -> ByteBuffer {
        let body = try await collectBody(limit: limit)
        switch headers[.contentEncoding]?.lowercased() {
        case nil, "identity": return body
        case "gzip", "x-gzip": return try await GitRequestBody.unpack(body, limit: limit)
        default: throw HubError(.badRequest, "The request's Content-Encoding must be gzip or none")
        }
    }

}
