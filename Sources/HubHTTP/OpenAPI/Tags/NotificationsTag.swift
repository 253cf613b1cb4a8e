// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let notifications = APITag(
        name: "Notifications and activity",
        summary: "What is new.",
        operations: [
            APIOperation(
                .get,
                "/api/notifications",
                "What one is told of",
                access: .token,
                parameters: [
                    .query("readStatus", .words("all", "unread"), "Which."),
                    .query("mention", .words("all", "participating", "mentions"), "Why."),
                    .query("repoType", .words("model", "dataset", "space"), "With `repoName`."),
                    .query("repoName", .text, "Of one repository."), .page,
                    .query("limit", .integer(from: 1, to: 1000), "How many."),
                ],
                .json(.ref("Notifications"))
            ),
            APIOperation(
                .post,
                "/api/discussions/mark-as-read",
                "Mark as read, or as unread",
                access: .token,
                body: .json(
                    .object([
                        "discussionIds?": .list(.text), "applyToAll?": .flag,
                        "read?": .flag.about("true, if not given"),
                    ])
                ),
                .done
            ),
            APIOperation(
                .get,
                "/api/recent-activity",
                "What people did in public",
                parameters: [
                    .query("entity", .text, "A user or an organisation; without it those whom one follows."),
                    .query("activityType", .words("all", "publish", "update", "like", "discussion"), "Which."), .cursor,
                    .limit,
                ],
                .json(.object(["recentActivity": .list(.ref("Activity")), "cursor?": .text]))
            ),
        ]
    )
}
