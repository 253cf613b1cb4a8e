// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore
import Hummingbird

/// The rows of a dataset, with its pictures: paged, searched and filtered.
struct ViewerPages: RouteGroup {
    let site: Site
    private var hub: Hub { site.hub }
    private static let pageRows = 50

    func register(on router: some RouterMethods<HubContext>) {
        site.get("/datasets/{namespace}/{name}/viewer", on: router) { try await show($0) }
    }

    private func show(_ visit: PageVisit) async throws -> Response {
        let repo = try await RepoFrame.load(.dataset, visit, hub)
        var data = repo.data(tab: "viewer", now: hub.clock.now)
        do {
            try await addRows(repo, visit, to: &data)
        } catch let error as HubError where error.code == .unprocessable || error.code == .unsupported {
            // Files that are no tables, or a card that cannot be read: the page says which.
            data["problem"] = .string(error.message)
        } catch let error as HubError where error.code == .revisionNotFound && repo.overview.commit == nil {
            data["problem"] = "Nothing has been pushed yet"
        }
        return try site.page("viewer", data, repo.head("Viewer"), visit)
    }

    private func addRows(_ repo: RepoFrame, _ visit: PageVisit, to data: inout JSONObject) async throws {
        let query = try visit.query()
        let dataset = try await hub.datasetViewer.dataset(repo.id, viewer: visit.viewer)
        let wanted = query["config"] ?? dataset.configurations.first?.name ?? ""
        let configuration = try dataset.configuration(wanted)
        let split = query["split"] ?? configuration.splits.first?.name ?? ""
        let number = try query.int("p", in: 0...10_000_000) ?? 0
        let offset = number * Self.pageRows
        let words = (query["q"] ?? "").prefix(200)
        let condition = query["where"] ?? ""
        let page =
            if !condition.isEmpty {
                try await hub.datasetViewer.filter(
                    dataset,
                    configuration.name,
                    split,
                    where: condition,
                    orderBy: query["orderby"] ?? "",
                    offset: offset,
                    length: Self.pageRows
                )
            } else if words.contains(where: { !$0.isWhitespace }) {
                try await hub.datasetViewer.search(
                    dataset,
                    configuration.name,
                    split,
                    text: String(words),
                    offset: offset,
                    length: Self.pageRows
                )
            } else {
                try await hub.datasetViewer.rows(
                    dataset,
                    configuration.name,
                    split,
                    offset: offset,
                    length: Self.pageRows
                )
            }
        let view = RowsView(dataset, configuration.name, split, page, baseURL: visit.baseURL)
        data["rows"] = .object(view.data(grid: query["view"] != "table"))
        data["columns"] = .array(
            view.columns(try await hub.datasetViewer.statistics(dataset, configuration.name, split).json)
        )
        data["q"] = .string(String(words))
        data["where"] = .string(condition)
        data["config"] = .string(configuration.name)
        data["split"] = .string(split)
        data["total"] = .string(Display.grouped(Int64(page.total)))
        data["isPartial"] = .bool(page.isPartial)
        data["range"] = .string(
            page.rows.isEmpty
                ? "" : "\(Display.grouped(Int64(offset + 1)))–\(Display.grouped(Int64(offset + page.rows.count)))"
        )
        data["configs"] = .array(
            dataset.configurations.map { ["name": .string($0.name), "isChosen": .bool($0.name == configuration.name)] }
        )
        data["splits"] = .array(
            configuration.splits.map { ["name": .string($0.name), "isChosen": .bool($0.name == split)] }
        )
        data["previous"] = .string(number > 0 ? try visit.link("p", String(number - 1)) : "")
        data["next"] = .string(offset + page.rows.count < page.total ? try visit.link("p", String(number + 1)) : "")
        data["hasGrid"] = .bool(view.isGallery)
        data["otherView"] = [
            "url": .string(try visit.link("view", query["view"] == "table" ? nil : "table")),
            "label": .string(query["view"] == "table" ? "Grid" : "Table"),
        ]
        data["apiURL"] = .string(
            SiteURL.query(
                "/rows",
                [("dataset", repo.id.description), ("config", configuration.name), ("split", split)]
            )
        )
    }
}
