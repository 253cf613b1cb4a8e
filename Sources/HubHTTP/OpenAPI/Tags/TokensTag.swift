// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let tokens = APITag(
        name: "Access tokens",
        summary: "One's own, looked after with a token of the role write.",
        operations: [
            APIOperation(
                .get,
                "/api/settings/tokens",
                "List tokens",
                access: .token,
                .json(.list(.ref("Token")), "Those not revoked.")
            ),
            APIOperation(
                .post,
                "/api/settings/tokens",
                "Make a token",
                about: "It does not outlive the one it is made with.",
                access: .token,
                body: .json(
                    .object([
                        "displayName": .text.like("laptop"), "role": .words("read", "write", "fineGrained"),
                        "expiresIn?": .integer.orNull.about("Seconds"), "fineGrained?": .ref("FineGrained"),
                    ])
                ),
                .json(.ref("NewToken"), "With its secret, which is nowhere else.", status: 201)
            ),
            APIOperation(.delete, "/api/settings/tokens/{token}", "Revoke a token", access: .token, .done),
        ]
    )
}
