// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Preupload and commit.
struct CommitRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        router.post("/api/validate-yaml", use: validateCard)
        router.post("/api/{kind}/{namespace}/{name}/preupload/{revision}", use: preupload)
        router.post("/api/{kind}/{namespace}/{name}/commit/{revision}", use: commit)
    }

    /// Clients parse the answer before they look at the status, so that it is JSON in both cases.
    @Sendable private func validateCard(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        let kind = try body.optional("repoType").flatMap(RepoKind.init(rawValue:)) ?? .model
        let (answer, isValid) = hub.repos.validateCard(try body.required("content"), kind: kind)
        return Response.json(answer, status: isValid ? .ok : .badRequest)
    }

    @Sendable private func preupload(_ request: Request, _ context: HubContext) async throws -> Response {
        let createsPullRequest = try request.queryItems().bool("create_pr")
        let body = try await request.jsonBody()
        let files = try (body["files"]?.arrayValue ?? []).map { file -> PreuploadFile in
            guard let size = file["size"]?.intValue, size >= 0 else {
                throw HubError(.badRequest, "\"size\" of a file must be its bytes")
            }
            guard let sample = Data(base64Encoded: try file.optional("sample") ?? "") else {
                throw HubError(.badRequest, "\"sample\" of a file must be base64")
            }
            return PreuploadFile(path: try file.required("path"), size: size, sample: Array(sample))
        }
        let answer = try await hub.uploads.preupload(
            try context.kind(),
            try context.repoID(),
            try context.revision(),
            files: files,
            gitAttributes: try body.optional("gitAttributes"),
            gitIgnore: try body.optional("gitIgnore"),
            createsPullRequest: createsPullRequest,
            viewer: context.viewer
        )
        return Response.json(answer)
    }

    @Sendable private func commit(_ request: Request, _ context: HubContext) async throws -> Response {
        let createsPullRequest = try request.queryItems().bool("create_pr")
        let kind = try context.kind()
        let id = try context.repoID()
        let revision = try context.revision()
        // Refused before a byte of the body is read.
        try await hub.commits.checkMayCommit(
            kind,
            id,
            revision,
            createsPullRequest: createsPullRequest,
            viewer: context.viewer
        )
        let (header, operations) =
            request.mediaType == "application/json"
            ? try await hub.commits.read(json: try await request.collectBody(limit: 64 << 20))
            : try await hub.commits.read(ndjson: request.body)
        let result = try await hub.commits.commit(
            kind,
            id,
            revision,
            header: header,
            operations: operations,
            createsPullRequest: createsPullRequest,
            viewer: context.viewer
        )
        let page = "\(try request.baseURL(context))/\(kind.urlPrefix)\(result.repoID)"
        var answer: JSONObject = [
            "success": true, "commitOid": .string(result.oid.hex),
            "commitUrl": .string("\(page)/commit/\(result.oid)"), "hookOutput": "",
        ]
        answer["pullRequestUrl"] = result.pullRequest.map { .string("\(page)/discussions/\($0)") }
        return Response.json(.object(answer))
    }
}
