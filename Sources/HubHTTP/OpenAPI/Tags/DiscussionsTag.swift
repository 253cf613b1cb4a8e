// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    private static let base = "/api/{kind}/{namespace}/{name}/discussions"
    private static let one = base + "/{number}"

    static let discussions = APITag(
        name: "Discussions and pull requests",
        summary: "Talk about a repository, and changes that others propose.",
        operations: [
            APIOperation(
                .get,
                base,
                "List discussions",
                parameters: [
                    .page, .query("limit", .integer(from: 1, to: 1000), "How many."),
                    .query("type", .words("all", "discussion", "pull_request"), "Which."),
                    .query("status", .words("all", "open", "closed"), "Which."), .query("author", .text, "Whose."),
                ],
                .json(.ref("DiscussionPage"), "Pinned ones first.", "X-Total-Count")
            ),
            APIOperation(
                .post,
                base,
                "Open a discussion or a pull request",
                access: .token,
                body: .json(
                    .object([
                        "title": .text.like("The config lacks a label"), "description?": .text, "pullRequest?": .flag,
                        "base?": .text.about("The branch of a pull request; main, if not given"),
                    ])
                ),
                .json(.object(["num": .integer, "url": .address, "pullRequest": .flag]))
            ),
            APIOperation(
                .get,
                one,
                "One discussion, with all that happened",
                parameters: [.query("diff", .flag, "Of a pull request the patch, too.")],
                .json(.ref("DiscussionDetails"))
            ),
            APIOperation(
                .post,
                one + "/comment",
                "Comment",
                about: "With `path` on a file of a pull request.",
                access: .token,
                body: .json(
                    .object(["comment": .text.like("Thanks!"), "path?": .text.orNull, "line?": .integer.orNull])
                ),
                .json(.object(["newMessage": .ref("DiscussionEvent")]))
            ),
            APIOperation(
                .post,
                one + "/review",
                "Review a pull request",
                access: .token,
                body: .json(.object(["verdict": .words("approve", "request-changes"), "comment?": .text])),
                .json(.object(["newReview": .ref("DiscussionEvent")]))
            ),
            APIOperation(
                .post,
                one + "/comment/{comment}/edit",
                "Write a comment anew",
                access: .token,
                body: .json(.object(["content": .text])),
                .json(.object(["updatedComment": .ref("DiscussionEvent")]))
            ),
            APIOperation(
                .post,
                one + "/comment/{comment}/hide",
                "Hide a comment, for good",
                access: .token,
                .json(.object(["updatedComment": .ref("DiscussionEvent")]))
            ),
            APIOperation(
                .post,
                one + "/comment/{comment}/reaction",
                "React to a comment",
                access: .token,
                body: .json(.object(["reaction": .text.like("👍")])),
                .json(.object(["updatedComment": .ref("DiscussionEvent")]))
            ),
            APIOperation(
                .delete,
                one + "/comment/{comment}/reaction",
                "Take a reaction back",
                access: .token,
                body: .json(.object(["reaction": .text.like("👍")])),
                .json(.object(["updatedComment": .ref("DiscussionEvent")]))
            ),
            APIOperation(
                .post,
                one + "/status",
                "Close or open",
                access: .token,
                body: .json(.object(["status": .words("open", "closed"), "comment?": .text])),
                .json(.object(["newStatus": .ref("DiscussionEvent")]))
            ),
            APIOperation(
                .post,
                one + "/title",
                "Give another title",
                access: .token,
                body: .json(.object(["title": .text])),
                .json(.object(["newTitle": .ref("DiscussionEvent")]))
            ),
            APIOperation(
                .post,
                one + "/merge",
                "Merge a pull request",
                access: .token,
                body: .maybe(.object(["method?": .words("fast-forward", "merge", "squash"), "comment?": .text])),
                .json(.object(["success": .yes, "mergeCommitId": .oid]), "Merged; 409 names files with conflicts.")
            ),
            APIOperation(
                .post,
                one + "/pin",
                "Pin, or no more",
                access: .token,
                body: .maybe(.object(["pinned?": .flag.about("true, if not given")])),
                .json(.object(["pinned": .flag]))
            ),
            APIOperation(
                .post,
                one + "/lock",
                "Lock, or no more",
                access: .token,
                body: .maybe(.object(["locked?": .flag.about("true, if not given")])),
                .json(.object(["locked": .flag]))
            ),
            APIOperation(
                .post,
                "/uploads",
                "Send a picture, video or sound for a comment",
                about: "PNG, JPEG, GIF, WebP, MP3 and WAV up to 10 MiB; MP4, MOV and WebM up to 50 MiB.",
                access: .token,
                body: .bytes(
                    "The file.",
                    "image/png",
                    "image/jpeg",
                    "image/gif",
                    "image/webp",
                    "audio/mpeg",
                    "audio/wav",
                    "video/mp4",
                    "video/quicktime",
                    "video/webm"
                ),
                .text("Its address: who knows it, opens it.")
            ),
            APIOperation(
                .get,
                "/uploads/{attachment}",
                "Such a file",
                parameters: [.range, .ifNoneMatch],
                .bytes("The file.", type: "*/*", "ETag"),
                .bytes("The range.", status: 206, type: "*/*", "ETag", "Content-Range"),
                .empty(304, "It is still that.", "ETag")
            ),
        ]
    )
}
