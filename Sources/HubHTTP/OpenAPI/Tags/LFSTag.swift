// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    private static let base = "/{namespace}/{name}/info/lfs"
    private static let signed: [APIParameter] = ["action", "size", "part", "expires", "signature"].map {
        .needed($0, .text, "From the batch's answer.")
    }

    static let lfs = APITag(
        name: "Git LFS",
        summary:
            "Large files whole or in parts, and locks, as git-lfs and huggingface_hub speak it. `.git` may follow the name.",
        operations: [
            APIOperation(
                .post,
                base + "/objects/batch",
                also: APIOperation.ofEachKind(base + "/objects/batch"),
                "Where to send or fetch contents",
                body: .lfs(
                    .object([
                        "operation": .words("upload", "download"),
                        "transfers?": .list(.words("basic", "multipart", "xet")),
                        "objects": .list(.object(["oid": .sha256, "size": .count])), "hash_algo?": .words("sha256"),
                    ])
                ),
                .lfs(
                    .object(["transfer": .text, "objects": .list(.ref("LFSObject")), "hash_algo?": .text]),
                    "With signed addresses. What is there already has none to upload to."
                )
            ),
            APIOperation(
                .post,
                base + "/objects/verify",
                also: APIOperation.ofEachKind(base + "/objects/verify"),
                "Whether a content has arrived",
                access: .token,
                body: .lfs(.object(["oid": .sha256, "size": .count])),
                .lfs(.ref("Done"))
            ),
            APIOperation(
                .get,
                base + "/locks",
                also: APIOperation.ofEachKind(base + "/locks"),
                "List locks",
                parameters: [
                    .query("path", .text, "Of one file."), .query("id", .integer, "One of them."),
                    .query("cursor", .integer, "Where the page begins."), .query("limit", .integer, "How many."),
                ],
                .lfs(.object(["locks": .list(.ref("Lock")), "next_cursor?": .text]))
            ),
            APIOperation(
                .post,
                base + "/locks",
                also: APIOperation.ofEachKind(base + "/locks"),
                "Lock a file",
                access: .token,
                body: .lfs(.object(["path": .text.like("model.bin"), "ref?": .object(["name": .text])])),
                .lfs(.object(["lock": .ref("Lock")]), "Locked.", status: 201),
                .lfs(.object(["lock": .ref("Lock"), "message": .text]), "Somebody has.", status: 409)
            ),
            APIOperation(
                .post,
                base + "/locks/verify",
                also: APIOperation.ofEachKind(base + "/locks/verify"),
                "One's own locks and others'",
                access: .token,
                body: .lfs(.object(["cursor?": .text, "limit?": .integer])),
                .lfs(
                    .object(["ours": .list(.ref("Lock")), "theirs": .list(.ref("Lock")), "next_cursor?": .text])
                )
            ),
            APIOperation(
                .post,
                base + "/locks/{lock}/unlock",
                also: APIOperation.ofEachKind(base + "/locks/{lock}/unlock"),
                "Unlock",
                access: .token,
                body: .lfs(.object(["force?": .flag])),
                .lfs(.object(["lock": .ref("Lock")]))
            ),
            APIOperation(
                .put,
                "/lfs/{repo}/{oid}",
                "Send a content, or a part of it",
                access: .signature,
                parameters: signed,
                body: .bytes("All of it, or the part."),
                .empty(200, "Stored.", "ETag")
            ),
            APIOperation(
                .post,
                "/lfs/{repo}/{oid}",
                "All parts are sent",
                access: .signature,
                parameters: signed,
                body: .lfs(.object([:])),
                .lfs(.ref("Done"), "Put together; its digest is right.")
            ),
            APIOperation(
                .get,
                "/lfs/{repo}/{oid}",
                "Fetch a content",
                access: .signature,
                parameters: signed + [.range],
                .bytes("The content.", "ETag"),
                .bytes("The range.", status: 206, "ETag", "Content-Range"),
                .empty(304, "It is still that.", "ETag")
            ),
            APIOperation(
                .head,
                "/lfs/{repo}/{oid}",
                "Whether a part is here already",
                access: .signature,
                parameters: signed,
                .empty(200, "It is.", "ETag")
            ),
        ]
    )
}
