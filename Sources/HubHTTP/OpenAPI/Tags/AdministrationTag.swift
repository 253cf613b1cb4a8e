// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    private static let users = "/api/admin/users"
    private static let user = users + "/{user}"
    private static let change = Schema.object([
        "isAdmin": .flag, "isDisabled": .flag, "fullname": .text, "email": .text,
    ])

    static let administration = APITag(
        name: "Administration",
        summary: "For administrators of the hub, with a token of the role write.",
        operations: [
            APIOperation(.get, users, "Users", access: .token, parameters: [.cursor, .limit], .json(.any)),
            APIOperation(
                .post,
                users,
                "Make a user",
                access: .token,
                body: .json(.object(["name": .text, "password": .text, "fullname": .text, "email": .text])),
                .json(.any, status: 201)
            ),
            APIOperation(.get, user, "One user", access: .token, .json(.any)),
            APIOperation(.patch, user, "Change a user", access: .token, body: .json(change), .json(.any)),
            APIOperation(.delete, user, "Delete a user", access: .token, .done),
            APIOperation(
                .put,
                user + "/password",
                "Set a user's password",
                access: .token,
                body: .json(.object(["password": .text])),
                .done
            ),
            APIOperation(
                .get,
                "/api/admin/quotas",
                "What namespaces store, and may",
                access: .token,
                parameters: [.cursor, .limit],
                .json(.any)
            ),
            APIOperation(
                .put,
                "/api/admin/quotas/{account}",
                "Set a quota",
                about: "Bytes, `none`, or `default`.",
                access: .token,
                body: .json(.object(["quota": .any])),
                .done
            ),
            APIOperation(.get, "/api/admin/invitations", "Invitations", access: .token, .json(.any)),
            APIOperation(
                .post,
                "/api/admin/invitations",
                "Invite people",
                access: .token,
                body: .maybe(.object(["uses": .count, "expiresIn": .count])),
                .json(.any, "With the code, which is shown this once.", status: 201)
            ),
            APIOperation(.delete, "/api/admin/invitations/{invitation}", "Take it back", access: .token, .done),
            APIOperation(
                .get,
                "/api/admin/storage",
                "What repositories store",
                access: .token,
                parameters: [.cursor, .limit],
                .json(.any)
            ),
            APIOperation(.get, "/api/admin/transfers", "What is coming in", access: .token, .json(.any)),
            APIOperation(.get, "/api/admin/inference", "The worker and its queue", access: .token, .json(.any)),
            APIOperation(.get, "/api/admin/damage", "Damaged contents", access: .token, .json(.any)),
            APIOperation(.get, "/api/admin/gc", "The last garbage collections", access: .token, .json(.any)),
            APIOperation(
                .post,
                "/api/admin/gc",
                "Collect garbage",
                access: .token,
                body: .maybe(.object(["dryRun": .flag])),
                .json(.any)
            ),
            APIOperation(
                .get,
                "/api/admin/audit",
                "The audit log",
                access: .token,
                parameters: [.cursor, .limit],
                .json(.any)
            ),
            APIOperation(.get, "/api/admin/settings", "Settings in force", access: .token, .json(.any)),
        ]
    )
}
