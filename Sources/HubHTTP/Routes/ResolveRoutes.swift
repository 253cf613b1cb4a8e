// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

/// Files by revision and path: `resolve` gives the content, `raw` the LFS pointer of a large file.
struct ResolveRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        for kind in RepoKind.allCases {
            let prefix = kind.urlPrefix.isEmpty ? "" : "/\(kind.plural)"
            let base = "\(prefix)/{namespace}/{name}"
            router.get(RouterPath("\(base)/resolve/{revision}/**")) { try await resolve(kind, $0, $1) }
            router.get(RouterPath("\(base)/raw/{revision}/**")) { try await raw(kind, $0, $1) }
        }
        router.get("/api/{kind}/{namespace}/{name}/safetensors-metadata/**", use: safetensorsHeaders)
        // Repos without a namespace: see RepoRoutes.
        router.get("/{namespace}/resolve/{revision}/**") { _, _ -> Response in throw HubError.repoNotFound }
    }

    @Sendable private func resolve(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response
    {
        let file = try await find(kind, request, context)
        hub.downloads.count(file, client: client(request, context), isLook: request.method == .head)
        var headers = headers(file, request: request)
        if file.isLFS {
            headers[.linkedSize] = String(file.size)
            headers[.linkedETag] = ETag(file.etag).description
            if let hash = file.xetHash {
                let repo = try context.repoID()
                for field in XetHeaders.fields(hash, kind, repo, file.commit, baseURL: try request.baseURL(context)) {
                    headers.append(field)
                }
            }
        }
        return try await Response.bytes(
            for: request,
            context: context,
            size: file.size,
            etag: ETag(file.etag),
            headers: headers
        ) { [hub] in try await hub.downloads.open(file) }
    }

    /// Every shard's header in one answer.
    @Sendable private func safetensorsHeaders(_ request: Request, _ context: HubContext) async throws -> Response {
        guard try context.kind() == .model else { throw HubError(.notFound, "Only models have checkpoints") }
        let id = try context.repoID()
        let text = try context.catchAll()
        guard let path = try context.pathToFind(text) else { throw HubError.entryNotFound(text, commit: nil) }
        return Response.json(try await hub.downloads.safetensorsHeaders(id, path, viewer: context.viewer))
    }

    @Sendable private func raw(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> Response {
        let file = try await find(kind, request, context)
        guard let pointer = file.pointer else { return try await resolve(kind, request, context) }
        var headers = headers(file, request: request)
        headers[.eTag] = ETag(file.etag + "-pointer").description
        return .full(ByteBuffer(bytes: pointer), contentType: "text/plain; charset=utf-8", headers: headers)
    }

    private func find(_ kind: RepoKind, _ request: Request, _ context: HubContext) async throws -> ResolvedFile {
        guard let path = try context.pathToFind(try context.catchAll()) else {
            throw HubError.entryNotFound("", commit: nil)
        }
        return try await hub.downloads.resolve(
            kind,
            try context.repoID(),
            try context.revision(),
            path,
            viewer: context.viewer
        )
    }

    private func headers(_ file: ResolvedFile, request: Request) -> HTTPFields {
        let name = file.path.lastSegment
        let plain = name.filter { $0.isASCII && $0 != "\"" && $0 != "\\" }
        let disposition = request.uri.query?.contains("download=true") == true ? "attachment" : "inline"
        return [
            .repoCommit: file.commit.hex,
            .contentType: MediaTypes.of(file.path),
            .contentDisposition:
                "\(disposition); filename*=UTF-8''\(PercentCoding.encode(name)); filename=\"\(plain)\";",
            // A pushed file is a stranger's: it must not act in our pages' name.
            .contentSecurityPolicy: "default-src 'none'; sandbox",
            .xContentTypeOptions: "nosniff",
        ]
    }

    private func client(_ request: Request, _ context: HubContext) -> String {
        if let name = context.viewer.name { return "account " + name }
        let address = context.clientAddress(request)?.ipAddress ?? ""
        return "\(address) \(request.headers[.userAgent] ?? "")"
    }
}

/// What `Content-Type` a file is served with: pictures and the like as what they are, text as plain text.
enum MediaTypes {
    private static let byExtension = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff", "svg": "image/svg+xml", "mp4": "video/mp4",
        "webm": "video/webm", "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac", "pdf": "application/pdf",
    ]
    private static let text: Set<String> = [
        "cfg", "csv", "gitattributes", "gitignore", "htm", "html", "ini", "json", "jsonl", "js", "css", "md", "py",
        "toml", "tsv", "txt", "xml", "yaml", "yml", "sh", "jinja",
    ]

    static func of(_ path: RepoPath) -> String {
        if let type = byExtension[path.fileExtension] { return type }
        if text.contains(path.fileExtension) || path.lastSegment.hasPrefix(".") || path.fileExtension.isEmpty {
            return "text/plain; charset=utf-8"
        }
        return "application/octet-stream"
    }
}
