// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let lists = APITag(
        name: "Lists and search",
        summary: "What there is, by words, tags, authors and tasks.",
        operations: [
            APIOperation(
                .get,
                "/api/models",
                "List models",
                parameters: listing + [
                    .query("pipeline_tag", .text, "A task."),
                    .query("gated", .flag, "Gated ones only, or open ones only."),
                    .query("num_parameters", .text, "`min:1M,max:1B`, or one of them."),
                    .query("inference", .text, "`warm`: those in memory."),
                    .each("apps", .text, "Programs that can run it."),
                    .each("trained_dataset", .text, "A dataset it was trained with."),
                ],
                .page(.ref("ModelInfo"))
            ),
            APIOperation(
                .get,
                "/api/datasets",
                "List datasets",
                parameters: listing + [
                    .each("task_categories", .text, "A task."),
                    .each("size_categories", .text, "A size, as `1K<n<10K`."),
                    .each("language", .text, "A language's code."),
                ],
                .page(.ref("DatasetInfo"))
            ),
            APIOperation(
                .get,
                "/api/spaces",
                "List spaces",
                parameters: listing + [
                    .each("models", .text, "A model it uses."), .each("datasets", .text, "A dataset it uses."),
                    .each("sdk", .text, "What it is made with."),
                ],
                .page(.ref("SpaceInfo"))
            ),
            APIOperation(
                .get,
                "/api/spaces/semantic-search",
                "Search spaces by words",
                parameters: [
                    .query("q", .text, "Words."), .each("filter", .text, "A tag."), .each("sdk", .text, "An SDK."),
                ],
                .json(.list(.ref("SpaceInfo")), "At most 50.")
            ),
            APIOperation(
                .get,
                "/api/quicksearch",
                "The first few of every kind for the beginning of a name",
                parameters: [
                    .query("q", .text, "The beginning."),
                    .each("type", .text, "`model`, `dataset`, `space`, `user`, `org`."),
                    .query("limit", .integer(from: 1, to: 1000), "How many of each kind."),
                ],
                .json(.ref("QuickSearch"))
            ),
            APIOperation(
                .get,
                "/api/trending",
                "What the last seven days brought",
                parameters: [
                    .query("type", .words("all", "model", "dataset", "space"), "Which kind."),
                    .query("limit", .integer(from: 1, to: 1000), "How many."),
                ],
                .json(
                    .object(["recentlyTrending": .list(.object(["repoData": .ref("RepoCard"), "repoType": .text]))])
                )
            ),
            APIOperation(
                .get,
                "/api/tasks",
                "What vision models are asked to do",
                .json(.map(.ref("Task")), "By name.")
            ),
            APIOperation(.get, "/api/tasks/{task}", "One task", .json(.ref("Task"))),
            APIOperation(
                .get,
                "/api/models-tags-by-type",
                "Tags to filter models by",
                .json(.map(.list(.ref("Tag"))), "By type.")
            ),
            APIOperation(
                .get,
                "/api/datasets-tags-by-type",
                "Tags to filter datasets by",
                .json(.map(.list(.ref("Tag"))), "By type.")
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/leaderboard",
                "What models reach on a dataset",
                about: "Of datasets with an `eval.yaml`; 404 for others.",
                .json(.list(.object([:])), "The best first.")
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/parquet",
                "The Parquet files of a dataset",
                .json(.map(.map(.list(.address))), "Addresses by configuration and split.")
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/parquet/{config}",
                "Those of one configuration",
                .json(.map(.list(.address)), "Addresses by split.")
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/parquet/{config}/{split}",
                "Those of one split",
                .json(.list(.address))
            ),
            APIOperation(
                .get,
                "/api/daily_papers",
                also: ["/api/papers/search"],
                "Papers",
                about: "There are none on this hub.",
                .json(.list(.any), "An empty list.")
            ),
        ]
    )

    private static let listing: [APIParameter] = [
        .each("search", .text, "Words or parts of names."), .query("author", .text, "A user or an organisation."),
        .each("filter", .text, "A tag; also as a list with commas. All of them must be there."),
        .each("library", .text, "A library's tag."), .each("license", .text, "A licence's identifier."),
        .query("sort", .text, "`downloads`, `likes`, `trendingScore`, `createdAt`, `lastModified`, …"),
        .query("direction", .words("-1", "1"), "`1` for ascending."), .cursor, .limit,
        .query("full", .flag, "More fields."), .query("cardData", .flag, "The card's metadata."),
        .query("config", .flag, "What is known of `config.json`."),
        .each("expand", .text, "Only these fields; also as a list with commas."),
    ]
}
