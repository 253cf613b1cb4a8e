// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes
import HubApp
import HubCore
import Hummingbird
import NIOCore

/// The dataset viewer's API, which clients look for at `datasets-server.` in front of the hub's own name.
struct DatasetViewerRoutes: RouteGroup {
    let hub: Hub
    /// The page of the search over everything has the same path; it then passes on what names a dataset.
    var hasSearchPage = false

    func register(on router: some RouterMethods<HubContext>) {
        router.get("/is-valid") { try await answer($0, $1, isValid) }
        router.get("/splits") { try await answer($0, $1, splits) }
        router.get("/info") { try await answer($0, $1, info) }
        router.get("/size") { try await answer($0, $1, size) }
        router.get("/parquet") { try await answer($0, $1, parquet) }
        router.get("/first-rows") { try await answer($0, $1, firstRows) }
        router.get("/rows") { try await answer($0, $1, rows) }
        if !hasSearchPage { router.get("/search") { try await searchRows($0, $1) } }
        router.get("/filter") { try await answer($0, $1, filter) }
        router.get("/statistics") { try await answer($0, $1, statistics) }
        router.get("/datasets/{namespace}/{name}/viewer-asset/{revision}", use: asset)
    }

    /// `GET /search?dataset=…`
    func searchRows(_ request: Request, _ context: HubContext) async throws -> Response {
        try await answer(request, context, search)
    }

    /// What an endpoint works on.
    private struct Question {
        let query: QueryItems
        let dataset: DatasetViewerService.Dataset
        let baseURL: String

        var configuration: String? { query["config"] }
        var split: String? { query["split"] }

        func presenter() throws -> ViewerPresenter {
            ViewerPresenter(
                dataset,
                configuration: try required("config"),
                split: try required("split"),
                baseURL: baseURL
            )
        }

        func required(_ name: String) throws -> String {
            guard let value = query[name], !value.isEmpty else {
                throw ViewerError(.badRequest, "MissingRequiredParameter", "Parameter '\(name)' is required")
            }
            return value
        }
    }

    private typealias Endpoint = @Sendable (Question) async throws -> JSONValue

    private func answer(_ request: Request, _ context: HubContext, _ endpoint: Endpoint) async throws -> Response {
        do {
            let query = try request.queryItems()
            guard let name = query["dataset"], !name.isEmpty else {
                throw ViewerError(.badRequest, "MissingRequiredParameter", "Parameter 'dataset' is required")
            }
            let revision = try query["revision"].map { try Revision($0) } ?? .main
            let id: RepoID
            do { id = try RepoID(name) } catch let error as HubError where error.code == .badRequest {
                throw HubError.repoNotFound
            }
            let question = Question(
                query: query,
                dataset: try await hub.datasetViewer.dataset(id, revision, viewer: context.viewer),
                baseURL: ViewerHost.hub(try request.baseURL(context))
            )
            let json = try await endpoint(question)
            let commit = question.dataset.commit.hex
            return .json(json, headers: [.revision: commit, .repoCommit: commit])
        } catch let error as ViewerError {
            return error.response
        } catch let error as HubError {
            guard let own = ViewerError(error, anonymous: context.viewer.isAnonymous) else { throw error }
            return own.response
        }
    }

    @Sendable private func isValid(_ question: Question) async throws -> JSONValue {
        try await hub.datasetViewer.validity(question.dataset)
    }

    @Sendable private func splits(_ question: Question) async throws -> JSONValue {
        try hub.datasetViewer.splits(question.dataset, configuration: question.configuration)
    }

    @Sendable private func info(_ question: Question) async throws -> JSONValue {
        try await hub.datasetViewer.info(question.dataset, configuration: question.configuration)
    }

    @Sendable private func size(_ question: Question) async throws -> JSONValue {
        try await hub.datasetViewer.size(question.dataset, configuration: question.configuration)
    }

    @Sendable private func parquet(_ question: Question) async throws -> JSONValue {
        try await hub.datasetViewer.parquet(
            question.dataset,
            configuration: question.configuration,
            split: question.split,
            baseURL: question.baseURL
        )
    }

    @Sendable private func firstRows(_ question: Question) async throws -> JSONValue {
        let presenter = try question.presenter()
        let page = try await page(question, offset: 0, length: DatasetViewerService.pageRows)
        return [
            "dataset": .string(question.dataset.id.description), "config": .string(try question.required("config")),
            "split": .string(try question.required("split")), "features": ViewerPresenter.features(page.features),
            "rows": presenter.rows(page, byteLimit: 1_000_000),
            "truncated": .bool(page.rows.count < page.total || page.isPartial),
        ]
    }

    @Sendable private func rows(_ question: Question) async throws -> JSONValue {
        let (offset, length) = try Self.range(question.query)
        let page = try await page(question, offset: offset, length: length)
        return Self.json(page, try question.presenter())
    }

    @Sendable private func search(_ question: Question) async throws -> JSONValue {
        let (offset, length) = try Self.range(question.query)
        let page = try await hub.datasetViewer.search(
            question.dataset,
            try question.required("config"),
            try question.required("split"),
            text: try question.required("query"),
            offset: offset,
            length: length
        )
        return Self.json(page, try question.presenter())
    }

    @Sendable private func filter(_ question: Question) async throws -> JSONValue {
        let (offset, length) = try Self.range(question.query)
        let page = try await hub.datasetViewer.filter(
            question.dataset,
            try question.required("config"),
            try question.required("split"),
            where: question.query["where"] ?? "",
            orderBy: question.query["orderby"] ?? "",
            offset: offset,
            length: length
        )
        return Self.json(page, try question.presenter())
    }

    @Sendable private func statistics(_ question: Question) async throws -> JSONValue {
        try await hub.datasetViewer.statistics(
            question.dataset,
            try question.required("config"),
            try question.required("split")
        ).json
    }

    /// A picture out of a cell. It is a stranger's: it may be shown and nothing else.
    @Sendable private func asset(_ request: Request, _ context: HubContext) async throws -> Response {
        let query = try request.queryItems()
        let viewer = hub.datasetViewer
        let dataset = try await viewer.dataset(try context.repoID(), try context.revision(), viewer: context.viewer)
        guard let row = try query.int("row", in: 0...Int.max), let column = query["column"] else {
            throw HubError(.badRequest, "Say which cell: config, split, row and column")
        }
        let asset = try await viewer.asset(
            dataset,
            query["config"] ?? "default",
            query["split"] ?? "train",
            row: row,
            column: column,
            place: query.all("at")
        )
        return .full(
            asset.bytes,
            contentType: asset.mediaType,
            headers: [
                .repoCommit: dataset.commit.hex, .contentDisposition: "inline", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'; sandbox",
                .cacheControl: context.viewer.isAnonymous ? "public, max-age=3600" : "private, max-age=3600",
            ]
        )
    }

    private func page(_ question: Question, offset: Int, length: Int) async throws -> DatasetViewerService.Page {
        try await hub.datasetViewer.rows(
            question.dataset,
            try question.required("config"),
            try question.required("split"),
            offset: offset,
            length: length
        )
    }

    private static func json(_ page: DatasetViewerService.Page, _ presenter: ViewerPresenter) -> JSONValue {
        [
            "features": ViewerPresenter.features(page.features), "rows": presenter.rows(page),
            "num_rows_total": .int(Int64(page.total)), "num_rows_per_page": .int(Int64(DatasetViewerService.pageRows)),
            "partial": .bool(page.isPartial),
        ]
    }

    private static func range(_ query: QueryItems) throws -> (offset: Int, length: Int) {
        do {
            let offset = try query.int("offset", in: 0...Int.max) ?? 0
            return (
                offset, try query.int("length", in: 0...DatasetViewerService.pageRows) ?? DatasetViewerService.pageRows
            )
        } catch let error as HubError { throw ViewerError(.unprocessableContent, "InvalidParameter", error.message) }
    }
}
