// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird

/// Tokens of the chunk store: for reading the files of a revision, for uploading to a branch.
///
/// Uploads read the JSON, downloads the headers: both say the same.
struct XetTokenRoutes: RouteGroup {
    let hub: Hub

    func register(on router: some RouterMethods<HubContext>) {
        let base = "/api/{kind}/{namespace}/{name}"
        router.get(RouterPath("\(base)/xet-read-token/{revision}"), use: read)
        router.get(RouterPath("\(base)/xet-write-token/{revision}"), use: write)
        router.post(RouterPath("\(base)/lfs-files/duplicate"), use: duplicate)
    }

    @Sendable private func read(_ request: Request, _ context: HubContext) async throws -> Response {
        let ticket = try await hub.xet.readTicket(
            try context.kind(),
            try context.repoID(),
            try context.revision(),
            baseURL: try request.baseURL(context),
            viewer: context.viewer
        )
        return answer(ticket)
    }

    @Sendable private func write(_ request: Request, _ context: HubContext) async throws -> Response {
        let createsPullRequest = try request.queryItems().bool("create_pr")
        // The revision may be one that is not there yet; only a pull request's makes a difference.
        let isProposal = try createsPullRequest || context.segment("revision").hasPrefix(RefName.pullRequestsPrefix)
        let ticket = try await hub.xet.writeTicket(
            try context.kind(),
            try context.repoID(),
            isProposal: isProposal,
            baseURL: try request.baseURL(context),
            viewer: context.viewer
        )
        return answer(ticket)
    }

    private func answer(_ ticket: CASTicket) -> Response {
        var headers = XetHeaders.fields(ticket)
        headers[.cacheControl] = "no-store"
        return .json(
            ["casUrl": .string(ticket.url), "exp": .int(ticket.expires), "accessToken": .string(ticket.token)],
            headers: headers
        )
    }

    /// Makes files of one repo usable in another without sending their bytes.
    @Sendable private func duplicate(_ request: Request, _ context: HubContext) async throws -> Response {
        let body = try await request.jsonBody()
        guard let target = body["target"], let kind = RepoKind(rawValue: try target.required("type")) else {
            throw HubError(.badRequest, "\"target\" must say \"type\" (model, dataset or space) and \"name\"")
        }
        let files = try (body["files"]?.arrayValue ?? []).map { file in
            guard let oid = BlobID(hex: try file.required("sha256")) else {
                throw HubError(.unprocessable, "\"sha256\" of a file must be 64 hexadecimal digits")
            }
            return oid
        }
        let missing = try await hub.uploads.shareLFSFiles(
            files,
            of: (try context.kind(), try context.repoID()),
            with: (kind, try RepoID(try target.required("name"))),
            viewer: context.viewer
        )
        return .json(["success": .bool(missing.isEmpty), "failed": .array(missing.map { ["sha256": .string($0.hex)] })])
    }
}

/// Names of headers that Xet clients read and send.
enum XetHeaders {
    static func fields(_ ticket: CASTicket) -> HTTPFields {
        [.xetCasURL: ticket.url, .xetAccessToken: ticket.token, .xetTokenExpiration: String(ticket.expires)]
    }

    /// Those of the answer for a file that can be fetched in chunks.
    static func fields(
        _ hash: XetHash,
        _ kind: RepoKind,
        _ repo: RepoID,
        _ commit: GitOID,
        baseURL: String
    ) -> HTTPFields {
        let route = "\(baseURL)/api/\(kind.plural)/\(repo)/xet-read-token/\(commit.hex)"
        return [.xetHash: hash.description, .xetRefreshRoute: route, .link: "<\(route)>; rel=\"xet-auth\""]
    }
}
