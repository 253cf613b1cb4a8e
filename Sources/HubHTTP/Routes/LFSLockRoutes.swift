// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

/// The locking API of git-lfs.
struct LFSLockRoutes: RouteGroup {
    let hub: Hub

    private static let contentType = "application/vnd.git-lfs+json"

    func register(on router: some RouterMethods<HubContext>) {
        for kind in RepoKind.allCases {
            let base = (kind.urlPrefix.isEmpty ? "" : "/\(kind.plural)") + "/{namespace}/{name}/info/lfs/locks"
            router.post(RouterPath(base)) { try await lock(kind, $0, $1) }
            router.get(RouterPath(base)) { try await list(kind, $0, $1) }
            router.post(RouterPath("\(base)/verify")) { try await verify(kind, $0, $1) }
            router.post(RouterPath("\(base)/{lock}/unlock")) { try await unlock(kind, $0, $1) }
        }
    }

    @Sendable private func lock(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let (lock, isNew) = try await hub.locks.lock(
            kind,
            try context.repoID(droppingGitSuffix: true),
            path: try body.required("path"),
            ref: body["ref"]?["name"]?.stringValue,
            viewer: context.viewer
        )
        guard isNew else { return answer(["lock": lock, "message": "already created lock"], status: .conflict) }
        return answer(["lock": lock], status: .created)
    }

    @Sendable private func list(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        return answer(
            try await hub.locks.list(
                kind,
                try context.repoID(droppingGitSuffix: true),
                path: query["path"],
                lock: try number(query["id"], "id"),
                cursor: try number(query["cursor"], "cursor"),
                limit: try number(query["limit"], "limit").map { Int(clamping: $0) },
                viewer: context.viewer
            )
        )
    }

    @Sendable private func verify(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response
    {
        let body = try await request.jsonBody()
        return answer(
            try await hub.locks.verify(
                kind,
                try context.repoID(droppingGitSuffix: true),
                cursor: try number(try body.optional("cursor"), "cursor"),
                limit: body["limit"]?.intValue.map { Int(clamping: $0) },
                viewer: context.viewer
            )
        )
    }

    @Sendable private func unlock(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response
    {
        let body = try await request.jsonBody()
        guard let lock = Int64(try context.segment("lock")) else { throw HubError(.notFound, "There is no such lock") }
        let former = try await hub.locks.unlock(
            kind,
            try context.repoID(droppingGitSuffix: true),
            lock: lock,
            force: body["force"]?.boolValue ?? false,
            viewer: context.viewer
        )
        return answer(["lock": former])
    }

    private func number(_ text: String?, _ name: String) throws -> Int64? {
        guard let text, !text.isEmpty else { return nil }
        guard let number = Int64(text) else { throw HubError(.badRequest, "\"\(name)\" must be a number") }
        return number
    }

    private func answer(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        .full(ByteBuffer(string: value.serialized), contentType: Self.contentType, status: status)
    }
}
