// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    private static let one = "/api/collections/{namespace}/{slug}"

    static let collections = APITag(
        name: "Collections",
        summary: "Repositories that belong together, with notes.",
        operations: [
            APIOperation(
                .get,
                "/api/collections",
                "List collections",
                parameters: [
                    .each("owner", .text, "Whose."), .each("item", .text, "That have it, as `models/alice/vit`."),
                    .query("q", .text, "Words."),
                    .query("sort", .words("lastModified", "trending", "upvotes"), "By what."),
                    .cursor, .limit,
                ],
                .page(.ref("Collection"))
            ),
            APIOperation(
                .post,
                "/api/collections",
                "Make a collection",
                access: .token,
                body: .json(
                    .object([
                        "title": .text.like("Small and good"), "namespace?": .text, "description?": .text.orNull,
                        "private?": .flag, "item?": .ref("CollectionItemName"),
                    ])
                ),
                .json(.ref("Collection")),
                .json(.object(["error": .text, "slug": .text]), "There is one of this title; its slug.", status: 409)
            ),
            APIOperation(.get, one, "One collection", .json(.ref("Collection"))),
            APIOperation(
                .patch,
                one,
                "Change a collection",
                access: .token,
                body: .json(.ref("CollectionSettings")),
                .json(.ref("CollectionChanged"))
            ),
            APIOperation(.delete, one, "Delete a collection", access: .token, .done),
            APIOperation(.post, one + "/upvote", "Vote for a collection", access: .token, .json(.object([:]))),
            APIOperation(.delete, one + "/upvote", "Take the vote back", access: .token, .json(.object([:]))),
            APIOperation(
                .post,
                one + "/items",
                also: [one + "/item"],
                "Add an item",
                access: .token,
                body: .json(.object(["item": .ref("CollectionItemName"), "note?": .text.orNull])),
                .json(.ref("Collection"))
            ),
            APIOperation(
                .post,
                one + "/items/batch",
                "Change several items",
                access: .token,
                body: .json(
                    .list(
                        .object([
                            "action": .words("update"), "_id": .text, "data?": .ref("CollectionItemChange"),
                        ])
                    )
                ),
                .json(.ref("CollectionChanged"))
            ),
            APIOperation(
                .patch,
                one + "/items/{item}",
                "Change an item",
                access: .token,
                body: .json(.ref("CollectionItemChange")),
                .json(.ref("CollectionChanged"))
            ),
            APIOperation(
                .delete,
                one + "/items/{item}",
                "Take an item out",
                access: .token,
                .json(.ref("CollectionChanged"))
            ),
        ]
    )
}
