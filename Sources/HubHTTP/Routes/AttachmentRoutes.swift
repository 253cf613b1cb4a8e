// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

/// Files for discussions: sent as they are, the answer is their address as plain text.
struct AttachmentRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.post("/uploads", use: store)
        router.get("/uploads/{attachment}", use: open)
    }

    @Sendable private func store(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try await hub.attachments.store(
            mediaType: request.mediaType ?? "",
            body: request.body,
            viewer: context.viewer
        )
        let url = "\(try request.baseURL(context))/uploads/\(id)"
        return .full(ByteBuffer(string: url), contentType: "text/plain; charset=utf-8")
    }

    @Sendable private func open(_ request: Request, _ context: HubContext) async throws -> Response {
        let file = try await hub.attachments.open(try context.segment("attachment"))
        return try await Response.bytes(
            for: request,
            context: context,
            size: file.size,
            etag: ETag(file.blob.hex),
            headers: [
                .contentType: file.mediaType, .contentDisposition: "inline", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'; sandbox",
                .cacheControl: "private, max-age=31536000, immutable",
            ],
            open: file.open
        )
    }
}
