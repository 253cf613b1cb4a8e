// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    private static let dataset = APIParameter.needed("dataset", .text.like("alice/photos"), "The dataset.")
    private static let at = APIParameter.query("revision", .text, "A branch, tag or commit; main unless given.")
    private static let config = APIParameter.query("config", .text, "Only this configuration.")
    private static let split = [
        dataset, APIParameter.needed("config", .text.like("default"), "A configuration, from `/splits`."),
        APIParameter.needed("split", .text.like("train"), "A split of it."), at,
    ]
    private static let range = [
        APIParameter.query("offset", .count, "The first row, from 0."),
        APIParameter.query("length", .integer(from: 0, to: 100), "Rows, 100 at most."),
    ]
    private static let rows = Schema.object([
        "features": .list(.any), "rows": .list(.any), "num_rows_total": .count, "num_rows_per_page": .count,
        "partial": .flag,
    ])

    static let datasetViewer = APITag(
        name: "Dataset viewer",
        summary:
            "Rows and statistics of datasets; docs/dataset-viewer.md. Clients look for it at `datasets-server.` before the name.",
        operations: [
            APIOperation(.get, "/is-valid", "What can be shown", parameters: [dataset, at], .json(.any)),
            APIOperation(.get, "/splits", "Configurations and splits", parameters: [dataset, config, at], .json(.any)),
            APIOperation(.get, "/info", "Columns and sizes", parameters: [dataset, config, at], .json(.any)),
            APIOperation(.get, "/size", "Rows and bytes", parameters: [dataset, config, at], .json(.any)),
            APIOperation(.get, "/parquet", "Parquet files", parameters: [dataset, config, at], .json(.any)),
            APIOperation(.get, "/first-rows", "The first rows of a split", parameters: split, .json(.any)),
            APIOperation(.get, "/rows", "Some rows of a split", parameters: split + range, .json(rows)),
            APIOperation(
                .get,
                "/search",
                "Rows that have some words",
                parameters: split + range + [.needed("query", .text.like("cat"), "Looked for in every text.")],
                .json(rows)
            ),
            APIOperation(
                .get,
                "/filter",
                "Rows that fit a condition",
                parameters: split + range + [
                    .query(
                        "where",
                        .text.like("\"label\" = 3"),
                        "As in SQL: comparisons, LIKE, IN, IS NULL, AND, OR, NOT."
                    ),
                    .query("orderby", .text, "A column in double quotes, and ASC or DESC."),
                ],
                .json(rows)
            ),
            APIOperation(.get, "/statistics", "What is in each column", parameters: split, .json(.any)),
            APIOperation(
                .get,
                "/datasets/{namespace}/{name}/viewer-asset/{revision}",
                "A picture of a row",
                parameters: [
                    .needed("config", .text, "A configuration."), .needed("split", .text, "A split."),
                    .needed("row", .count, "The row, from 0."), .needed("column", .text, "The column."),
                    .each("at", .text, "The way inside of lists and records."),
                ],
                .text("The picture, of a type that browsers show.", type: "image/*")
            ),
        ]
    )
}
