// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubApp
import HubCore

extension ListingRequest {
    /// What a query asks for: of `GET /api/{kind}` and of the page that lists the same.
    /// - Throws: ``HubError/Code/badRequest`` for values that mean nothing.
    init(_ kind: RepoKind, _ query: QueryItems) throws {
        self.init()
        search = query.all("search")
        author = query["author"]
        filters =
            query.all("filter", splittingCommas: true) + query.all("library", splittingCommas: true)
            + query.all("tags", splittingCommas: true) + query.all("task", splittingCommas: true)
            + Self.prefixed(kind, query)
        pipelineTag = query["pipeline_tag"]
        gated = query.contains("gated") ? try query.bool("gated") : nil
        parameters = query["num_parameters"]
        sort = query["sort"]
        ascending = query["direction"] == "1"
        limit = try query.int("limit", in: 1...Int.max)
        cursor = query["cursor"]
        full = try query.bool("full")
        cardData = try query.bool("cardData")
        config = try query.bool("config")
        expand = query.all("expand", splittingCommas: true)
        apps = query.all("apps", splittingCommas: true)
        warmOnly = query.contains("inference")
        servedElsewhere = query.contains("inference_provider")
        linked = try query.bool("linked")
    }

    /// Filters that some clients send as parameters of their own, as the tags they mean.
    private static func prefixed(_ kind: RepoKind, _ query: QueryItems) -> [String] {
        var names = ["license": "license"]
        switch kind {
        case .model: names.merge(["trained_dataset": "dataset", "dataset": "dataset"]) { first, _ in first }
        case .dataset:
            for name in [
                "benchmark", "language", "language_creators", "multilinguality", "size_categories", "task_categories",
                "task_ids",
            ] { names[name] = name }
        case .space: names.merge(["models": "model", "datasets": "dataset"]) { first, _ in first }
        }
        var tags = names.keys.sorted().flatMap { name in
            query.all(name, splittingCommas: true).map { value in
                let prefix = (names[name] ?? name) + ":"
                return value.hasPrefix(prefix) ? value : prefix + value
            }
        }
        if kind != .dataset { tags += query.all("language", splittingCommas: true) }
        if kind == .space { tags += query.all("sdk", splittingCommas: true) }
        return tags
    }
}
