// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

/// What a commit holds, and how it came about.
struct TreeRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/api/{kind}/{namespace}/{name}/tree/{revision}", use: tree)
        router.get("/api/{kind}/{namespace}/{name}/tree/{revision}/**", use: tree)
        router.get("/api/{kind}/{namespace}/{name}/treesize/{revision}", use: size)
        router.get("/api/{kind}/{namespace}/{name}/treesize/{revision}/**", use: size)
        router.post("/api/{kind}/{namespace}/{name}/paths-info/{revision}", use: pathsInfo)
        router.get("/api/{kind}/{namespace}/{name}/commits/{revision}", use: commits)
        router.get("/api/{kind}/{namespace}/{name}/compare/**", use: compare)
        router.get("/api/{kind}/{namespace}/{name}/diff/**", use: differences)
    }

    @Sendable private func tree(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let text = context.parameters.getCatchAll().isEmpty ? "" : try context.catchAll()
        let page = try await hub.trees.list(
            try context.kind(),
            try context.repoID(),
            try context.revision(),
            path: try context.pathToFind(text),
            recursive: try query.bool("recursive"),
            expand: try query.bool("expand"),
            after: query["cursor"],
            limit: try query.int("limit", in: 1...Int.max),
            viewer: context.viewer
        )
        let baseURL = try request.baseURL(context)
        return Response.page(
            page.entries,
            next: page.next.map { request.address(baseURL: baseURL, replacing: "cursor", with: $0) },
            headers: [.repoCommit: page.commit.hex]
        )
    }

    /// Bytes below a folder.
    @Sendable private func size(_ request: Request, _ context: HubContext) async throws -> Response {
        let text = context.parameters.getCatchAll().isEmpty ? "" : try context.catchAll()
        let path = try context.pathToFind(text)
        let size = try await hub.trees.size(
            try context.kind(),
            try context.repoID(),
            try context.revision(),
            path: path,
            viewer: context.viewer
        )
        return Response.json(["path": .string("/" + (path?.text ?? "")), "size": .int(size)])
    }

    /// Python sends a form, JavaScript sends JSON.
    @Sendable private func pathsInfo(_ request: Request, _ context: HubContext) async throws -> Response {
        var paths: [String]
        let expand: Bool
        if request.mediaType == "application/json" {
            let body = try await request.jsonBody()
            paths = body["paths"]?.arrayValue?.compactMap(\.stringValue) ?? []
            expand = body["expand"]?.boolValue ?? false
            if let single = body["paths"]?.stringValue { paths = [single] }
        } else {
            let form = try await request.formItems(limit: Request.jsonLimit)
            paths = form.all("paths")
            expand = try form.bool("expand")
        }
        let answer = try await hub.trees.pathsInfo(
            try context.kind(),
            try context.repoID(),
            try context.revision(),
            paths: paths,
            expand: expand,
            viewer: context.viewer
        )
        return Response.json(answer.entries, headers: [.repoCommit: answer.commit.hex])
    }

    @Sendable private func commits(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let page = try await hub.commits.history(
            try context.kind(),
            try context.repoID(),
            try context.revision(),
            from: try query["cursor"].map { text in
                guard let oid = GitOID(hex: text) else { throw HubError.revisionNotFound(String(text.prefix(80))) }
                return oid
            },
            limit: try query.int("limit", in: 1...1000),
            formatted: query.all("expand").contains("formatted"),
            viewer: context.viewer
        )
        let baseURL = try request.baseURL(context)
        return Response.page(
            page.commits,
            next: page.next.map { request.address(baseURL: baseURL, replacing: "cursor", with: $0.hex) },
            headers: [.totalCount: String(page.total)]
        )
    }

    /// `{base}..{head}`: what git would print as their difference, or with `raw` a line for each file that differs.
    @Sendable private func compare(_ request: Request, _ context: HubContext) async throws -> Response {
        let (base, head) = try Self.ends(try context.catchAll())
        let text = try await hub.trees.compare(
            try context.kind(),
            try context.repoID(),
            base: base,
            head: head,
            raw: try request.queryItems().bool("raw"),
            viewer: context.viewer
        )
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: text))
        )
    }

    /// The same as JSON, file by file and tensor by tensor.
    @Sendable private func differences(_ request: Request, _ context: HubContext) async throws -> Response {
        let (base, head) = try Self.ends(try context.catchAll())
        let query = try request.queryItems()
        return .json(
            try await hub.trees.differences(
                try context.kind(),
                try context.repoID(),
                base: base,
                head: head,
                texts: try query.bool("diff", default: true),
                tensors: try query.bool("tensors", default: true),
                viewer: context.viewer
            )
        )
    }

    /// `<base>..<head>`
    static func ends(_ range: String) throws -> (base: Revision, head: Revision) {
        let ends = range.split(separator: "..", omittingEmptySubsequences: false)
        guard ends.count == 2, let base = ends.first, let head = ends.last, !base.isEmpty, !head.isEmpty,
            !head.hasPrefix(".")
        else { throw HubError(.badRequest, "Say what to compare as <base>..<head>: two branches, tags or commits") }
        return (try Revision(String(base)), try Revision(String(head)))
    }
}
