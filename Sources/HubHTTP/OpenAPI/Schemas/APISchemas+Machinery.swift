// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension APISchemas {
    static let machinery: [(name: String, schema: Schema)] = [
        (
            "Webhook",
            .object([
                "id": .text, "url": .address, "watched": .list(.ref("Watched")), "domains": .list(.text),
                "disabled?": .any.about("false, or why"), "secret?": .text.orNull,
            ])
        ),
        (
            "WebhookSettings",
            .object([
                "url?": .text.like("https://example.org/hook"), "watched?": .list(.ref("Watched")),
                "domains?": .list(.words("repo", "discussion")), "secret?": .text.orNull,
            ])
        ),
        (
            "Watched",
            .object([
                "type": .words("user", "org", "model", "dataset", "space").like("user"), "name": .text.like("alice"),
            ])
        ),
        (
            "Delivery",
            .object([
                "id": .text, "event": .any, "status": .text, "attempts": .count, "responseStatus?": .integer,
                "error?": .text, "createdAt": .time, "triedAt?": .time, "dueAt?": .time, "payload?": .any,
            ])
        ),
        (
            "Question",
            .object([
                "inputs": .any.like("<base64>").about("A picture in base64, or as the task wants"),
                "parameters?": .object([:]).about("By task"),
            ])
        ),
        (
            "ModelState",
            .object([
                "loaded": .flag, "state": .words("Loaded", "Loading", "Loadable", "Unsupported"),
                "compute_type?": .any, "framework?": .text, "sha?": .oid, "error?": .text,
            ])
        ),
        (
            "LFSObject",
            .object([
                "oid": .text, "size": .count, "actions?": .map(.object(["href": .address, "header?": .any])),
                "error?": .object(["code": .integer, "message": .text]),
            ])
        ),
        (
            "Lock",
            .object(["id": .text, "path": .text, "locked_at": .time, "owner?": .object(["name": .text])])
        ),
        (
            "ChunkToken",
            .object(["casUrl": .address, "exp": .integer.about("Seconds since 1970"), "accessToken": .text])
        ),
    ]
}
