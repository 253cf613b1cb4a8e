// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let access = APITag(
        name: "Gated repositories",
        summary: "Asking to read the files, and deciding.",
        operations: [
            APIOperation(
                .post,
                "/{namespace}/{name}/ask-access",
                also: APIOperation.ofEachKind("/{namespace}/{name}/ask-access"),
                "Ask for access",
                about: "With what the card's `extra_gated_fields` want.",
                access: .token,
                body: .jsonOrForm(.map(.either(.text, .flag))),
                .json(.object(["success": .yes, "status": .words("pending", "accepted", "rejected")])),
                .empty(303, "A browser is sent back to the repository.", "Location")
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/user-access-request/{status}",
                "Who has asked",
                access: .token,
                parameters: [.cursor, .limit],
                .page(.ref("AccessRequest"))
            ),
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/user-access-request/handle",
                "Decide",
                about: "`user` or `requestId` says about whom.",
                access: .token,
                body: .json(
                    .object([
                        "status": .words("accepted", "rejected", "pending"), "user?": .text, "requestId?": .text,
                        "rejectionReason?": .text,
                    ])
                ),
                .done
            ),
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/user-access-request/grant",
                "Let somebody in who has not asked",
                access: .token,
                body: .json(.object(["user": .text.like("bob")])),
                .done
            ),
        ]
    )
}
