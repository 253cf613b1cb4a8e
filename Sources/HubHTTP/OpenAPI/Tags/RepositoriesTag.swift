// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let repositories = APITag(
        name: "Repositories",
        summary: "Models, datasets and spaces as a whole.",
        operations: [
            APIOperation(
                .post,
                "/api/repos/create",
                "Make a repository",
                access: .token,
                body: .json(
                    .object([
                        "type?": .words("model", "dataset", "space"), "name": .text.like("vit"),
                        "organization?": .text.about("The namespace, if it is not one's own"),
                        "visibility?": .words("public", "private"), "private?": .flag, "sdk?": .text, "license?": .text,
                    ])
                ),
                .json(.ref("RepoMade"), "It is there; 409 if it was before.")
            ),
            APIOperation(
                .delete,
                "/api/repos/delete",
                "Delete a repository",
                access: .token,
                body: .json(
                    .object([
                        "type?": .words("model", "dataset", "space"), "name": .text.like("vit"), "organization?": .text,
                    ])
                ),
                .done
            ),
            APIOperation(
                .post,
                "/api/repos/move",
                "Give a repository another name",
                about: "The former name leads to the new one from then on.",
                access: .token,
                body: .json(
                    .object([
                        "type?": .words("model", "dataset", "space"), "fromRepo": .text.like("alice/vit"),
                        "toRepo": .text.like("acme/vit"),
                    ])
                ),
                .json(.object(["success": .yes, "id": .text]), "Its new name.")
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}",
                also: ["/api/{kind}/{namespace}/{name}/revision/{revision}"],
                "What a repository is",
                parameters: [
                    .each("expand", .text, "Only these fields; also as a list with commas."),
                    .query("blobs", .flag, "Sizes and digests of the files."),
                    .query("securityStatus", .flag, "What scans found."),
                ],
                .json(.ref("RepoInfo"))
            ),
            APIOperation(
                .put,
                "/api/{kind}/{namespace}/{name}/settings",
                "Change a repository's settings",
                access: .token,
                body: .json(.ref("RepoSettings")),
                .json(.ref("RepoSettings"), "What was sent.")
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/auth-check",
                also: ["/api/{kind}/{namespace}/{name}/auth-check/write"],
                "Whether one may read the files, or write",
                .done
            ),
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/duplicate",
                "Make a copy, without copying bytes",
                access: .token,
                body: .json(
                    .object([
                        "repository": .text.like("bob/vit"), "visibility?": .words("public", "private"),
                        "private?": .flag,
                    ])
                ),
                .json(.ref("RepoMade"))
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/lfs-files",
                "Large files of all of history",
                access: .token,
                parameters: [.cursor, .limit],
                .page(.ref("LFSFile"))
            ),
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/lfs-files/batch",
                "Take large files out of history",
                about: "Every commit that has one of them is written anew.",
                access: .token,
                body: .json(
                    .object([
                        "deletions": .object(["sha": .list(.oid).about("`fileOid`s"), "rewriteHistory?": .yes])
                    ])
                ),
                .done
            ),
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/lfs-files/duplicate",
                "Make large files usable in another repository",
                access: .token,
                body: .json(
                    .object([
                        "target": .object([
                            "type": .words("model", "dataset", "space"), "name": .text.like("bob/vit"),
                        ]),
                        "files?": .list(.object(["sha256": .sha256])),
                    ])
                ),
                .json(
                    .object(["success": .flag, "failed": .list(.object(["sha256": .sha256]))]),
                    "With those that are not there."
                )
            ),
            APIOperation(.post, "/api/{kind}/{namespace}/{name}/like", "Like a repository", access: .token, .done),
            APIOperation(.delete, "/api/{kind}/{namespace}/{name}/like", "Take a like back", access: .token, .done),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/likers",
                "Who likes a repository",
                parameters: [.cursor, .limit],
                .page(.ref("Person"))
            ),
            APIOperation(
                .get,
                "/api/settings/repositories",
                "One's own repositories and the bytes they take",
                access: .token,
                parameters: [.cursor, .limit],
                .page(.ref("RepoStorage"))
            ),
            APIOperation(
                .get,
                "/api/organizations/{organization}/settings/repositories",
                "An organisation's repositories and the bytes they take",
                access: .token,
                parameters: [.cursor, .limit],
                .page(.ref("RepoStorage"))
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}",
                "A repository without a namespace",
                about: "There is none on this hub: the answer is that of a repository that is not there."
            ),
        ]
    )
}
