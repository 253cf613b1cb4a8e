// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    private static let ways = [
        "/models/{namespace}/{name}/pipeline/{task}", "/hf-inference/models/{namespace}/{name}",
        "/hf-inference/models/{namespace}/{name}/pipeline/{task}", "/hf-inference/pipeline/{task}/{namespace}/{name}",
    ]

    static let inference = APITag(
        name: "Inference",
        summary: "Answers about pictures, from the models of this hub; docs/inference.md has parameters and answers.",
        operations: [
            APIOperation(
                .post,
                "/models/{namespace}/{name}",
                also: ways,
                "Ask a model about a picture",
                about: "Parameters and answers are those of transformers' pipelines.",
                parameters: [
                    .header(
                        "Accept",
                        .words("application/json", "image/png"),
                        "`image/png`: the picture with what was found."
                    ),
                    .header("X-Wait-For-Model", .words("true", "false"), "Wait however long it takes to load."),
                    .header("X-Use-Cache", .words("true", "false"), "`false`: compute anew."),
                ],
                body: APIBody(
                    content: [
                        ("image/*", .bytes), ("application/octet-stream", .bytes),
                        ("application/json", .ref("Question")),
                    ],
                    summary: "A picture (JPEG, PNG, WebP, GIF, BMP, TIFF), or JSON."
                ),
                APIAnswer(
                    status: 200,
                    summary: "By task; a picture where one was asked for.",
                    content: [("application/json", .any), ("image/png", .bytes)],
                    headers: ["ETag", "X-Repo-Commit", "X-Compute-Type", "X-Compute-Time"]
                ),
                .json(
                    .object(["error": .text, "estimated_time?": .number.about("Seconds")]),
                    "The model is loading, or nothing computes here.",
                    status: 503,
                    "Retry-After"
                )
            ),
            APIOperation(
                .get,
                "/models/{namespace}/{name}",
                also: ways,
                "Whether a model can be asked",
                .json(.ref("ModelState"))
            ),
        ]
    )
}
