// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    private static let base = "/api/settings/webhooks"
    private static let one = base + "/{webhook}"

    static let webhooks = APITag(
        name: "Webhooks",
        summary: "Messages to one's own programs when something changes; docs/api.md says what is sent.",
        operations: [
            APIOperation(.get, base, "List webhooks", access: .token, .json(.list(.ref("Webhook")))),
            APIOperation(
                .post,
                base,
                "Make a webhook",
                access: .token,
                body: .json(.ref("WebhookSettings")),
                .json(.object(["webhook": .ref("Webhook")]))
            ),
            APIOperation(.get, one, "One webhook", access: .token, .json(.object(["webhook": .ref("Webhook")]))),
            APIOperation(
                .post,
                one,
                "Change a webhook",
                access: .token,
                body: .json(.ref("WebhookSettings")),
                .json(.object(["webhook": .ref("Webhook")]))
            ),
            APIOperation(
                .post,
                one + "/enable",
                also: [one + "/disable"],
                "Switch it on or off",
                access: .token,
                .json(.object(["webhook": .ref("Webhook")]))
            ),
            APIOperation(.delete, one, "Delete a webhook", access: .token, .done),
            APIOperation(
                .get,
                one + "/deliveries",
                "What was sent, or waits",
                access: .token,
                parameters: [.cursor, .limit],
                .page(.ref("Delivery"))
            ),
            APIOperation(
                .get,
                one + "/deliveries/{delivery}",
                "One delivery, with what it says",
                access: .token,
                .json(.ref("Delivery"))
            ),
            APIOperation(
                .post,
                one + "/deliveries/{delivery}/replay",
                "Send the same once more",
                access: .token,
                .json(.ref("Delivery"))
            ),
        ]
    )
}
