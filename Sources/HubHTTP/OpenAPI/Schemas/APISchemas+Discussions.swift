// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension APISchemas {
    private static let discussion = Schema.object([
        "_id": .text, "num": .integer, "title": .text, "status": .words("draft", "open", "closed", "merged"),
        "isPullRequest": .flag, "createdAt": .time, "updatedAt?": .time, "pinned?": .flag, "locked?": .flag,
        "numComments?": .count, "repo": .object(["name": .text, "type": .text]), "author?": .ref("Owner").orNull,
    ])

    static let discussions: [(name: String, schema: Schema)] = [
        ("Discussion", discussion),
        (
            "DiscussionPage",
            .object([
                "discussions": .list(.ref("Discussion")), "count": .count, "start": .count, "limit": .count,
                "numClosedDiscussions": .count,
            ])
        ),
        (
            "DiscussionDetails",
            .object([
                "_id": .text, "num": .integer, "title": .text, "status": .words("draft", "open", "closed", "merged"),
                "isPullRequest": .flag, "createdAt": .time, "repo": .object(["name": .text, "type": .text]),
                "author?": .ref("Owner").orNull, "events": .list(.ref("DiscussionEvent")),
                "changes?": .object(["base": .text, "mergeCommitId?": .oid]), "gitReference?": .text,
                "filesWithConflicts?": .any, "reviews?": .list(.any), "diff?": .text,
            ])
        ),
        (
            "DiscussionEvent",
            .object([
                "id": .text, "type": .text.about("comment, commit, status-change, title-change, review, …"),
                "createdAt": .time, "author?": .ref("Owner").orNull, "data?": .any.about("By type"),
            ])
        ),
        (
            "Owner",
            .object(["_id?": .text, "name": .text, "fullname?": .text.orNull, "type": .words("user", "org")])
        ),
        (
            "Collection",
            .object([
                "slug": .text, "title": .text, "description?": .text.orNull, "owner": .ref("Owner"),
                "items": .list(.ref("CollectionItem")), "lastUpdated": .time, "private": .flag, "theme?": .text,
                "upvotes?": .count, "isUpvotedByUser?": .flag, "position?": .integer,
            ])
        ),
        (
            "CollectionItem",
            .object(["_id": .text, "position": .integer, "type": .text, "id": .text, "note?": .any])
        ),
        (
            "CollectionItemName",
            .object(["type": .words("model", "dataset", "space", "paper", "collection"), "id": .text.like("alice/vit")])
        ),
        ("CollectionItemChange", .object(["note?": .text.orNull, "position?": .integer])),
        (
            "CollectionSettings",
            .object([
                "title?": .text, "description?": .text.orNull, "private?": .flag, "theme?": .text,
                "position?": .integer,
            ])
        ),
        ("CollectionChanged", .object(["success": .yes, "data": .ref("Collection")])),
        (
            "Notifications",
            .object([
                "notifications": .list(.any), "start": .count,
                "count": .object(["view": .count, "unread": .count, "all": .count]),
            ])
        ),
        (
            "Activity",
            .object([
                "type": .words("publish", "update", "like", "discussion"), "time": .time, "user?": .text,
                "repoType?": .text, "repoId?": .text,
            ])
        ),
    ]
}
