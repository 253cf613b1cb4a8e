// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let commits = APITag(
        name: "Commits",
        summary: "Changing files, and what was changed.",
        operations: [
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/preupload/{revision}",
                "How each file is to be sent",
                about: "In the commit itself, or through LFS or the chunk store first.",
                access: .token,
                parameters: [.createPR],
                body: .json(
                    .object([
                        "files": .list(
                            .object([
                                "path": .text.like("model.safetensors"), "size": .count,
                                "sample": .text.about("Its first 512 bytes, in base64"),
                            ])
                        ), "gitAttributes?": .text.about("As it will be"), "gitIgnore?": .text,
                    ])
                ),
                .json(
                    .object([
                        "files": .list(
                            .object([
                                "path": .text, "uploadMode": .words("regular", "lfs"), "shouldIgnore": .flag,
                                "oid?": .text.orNull,
                            ])
                        ), "commitOid?": .oid,
                    ])
                )
            ),
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/commit/{revision}",
                "Commit",
                about: """
                    One line of JSON each: first `{"key": "header", "value": {"summary", "description"?, "parentCommit"?}}`, then \
                    `file` (`path`, `content`, `encoding: "base64"`), `lfsFile` (`path`, `algo: "sha256"`, `oid`, `size`), \
                    `deletedFile`, `deletedFolder` (`path`) or `copyFile` (`path`, `srcPath`, `srcRevision`?). All of it happens, \
                    or nothing.
                    """,
                access: .token,
                parameters: [.createPR],
                body: APIBody(
                    content: [("application/x-ndjson", .text), ("application/json", .ref("CommitRequest"))],
                    summary: "Lines, or one object as some clients send."
                ),
                .json(
                    .object([
                        "success": .yes, "commitOid": .oid, "commitUrl": .address, "hookOutput": .text,
                        "pullRequestUrl?": .address,
                    ]),
                    "The branch has moved; 412 if somebody else moved it before."
                )
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/commits/{revision}",
                "History",
                parameters: [
                    .query("limit", .integer(from: 1, to: 1000), "How many."), .cursor,
                    .each("expand", .words("formatted"), "Titles and messages as HTML, too."),
                ],
                .page(.ref("Commit"), "The latest first.", "X-Total-Count")
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/compare/**",
                "The difference of two revisions as a patch",
                parameters: [.query("raw", .flag, "A line for each file that differs, as `git diff --raw` has it.")],
                rest: "`{base}..{head}`, slashes in them written `%2F`.",
                .text("What git would print.")
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/diff/**",
                "The difference of two revisions as JSON",
                about: "File by file, and of safetensors files tensor by tensor.",
                parameters: [
                    .query("diff", .flag, "The difference of each text file; true if not given."),
                    .query("tensors", .flag, "Compare tensors; true if not given."),
                ],
                rest: "`{base}..{head}`, slashes in them written `%2F`.",
                .json(.ref("Differences"))
            ),
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/super-squash/{revision}",
                "Make one commit of a branch's history",
                access: .token,
                body: .json(.object(["message?": .text])),
                .json(.object(["success": .yes, "commitOid": .oid]))
            ),
            APIOperation(
                .post,
                "/api/validate-yaml",
                "Check a card's metadata",
                body: .json(
                    .object([
                        "content": .text.like("---\nlicense: mit\n---\n").about("The whole README.md"),
                        "repoType?": .words("model", "dataset", "space"),
                    ])
                ),
                .json(.ref("CardCheck")),
                .json(.either(.ref("CardCheck"), .ref("Error")), "What is wrong.", status: 400)
            ),
            APIOperation(
                .post,
                "/api/markdown",
                "Markdown as the hub shows it",
                body: .json(
                    .object([
                        "text": .text.like("# A card"),
                        "context?": .text.about("A repository's page: what links are to"),
                    ])
                ),
                .json(.object(["html": .text]))
            ),
        ]
    )
}

extension APIParameter {
    static let createPR = query("create_pr", .flag, "As a new pull request: who may read may do it.")
}
