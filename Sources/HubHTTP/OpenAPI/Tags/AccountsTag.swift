// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let accounts = APITag(
        name: "People",
        summary: "Who one is, who others are, and who follows whom.",
        operations: [
            APIOperation(.get, "/api/whoami-v2", "Whose token this is", access: .token, .json(.ref("WhoAmI"))),
            APIOperation(.get, "/api/users/{user}/overview", "A user", .json(.ref("Person"))),
            APIOperation(
                .get,
                "/api/users/{user}/likes",
                "What a user likes",
                parameters: [.cursor, .limit],
                .page(.object(["createdAt": .time, "repo": .object(["name": .text, "type": .text])]))
            ),
            APIOperation(
                .get,
                "/api/users/{user}/following",
                "Whom a user follows",
                parameters: [.cursor, .limit],
                .page(.ref("Person"))
            ),
            APIOperation(
                .get,
                "/api/users/{user}/followers",
                "Who follows a user",
                parameters: [.cursor, .limit],
                .page(.ref("Person"))
            ),
            APIOperation(.post, "/api/users/{user}/follow", "Follow a user", access: .token, .done),
            APIOperation(.delete, "/api/users/{user}/follow", "Follow no more", access: .token, .done),
        ]
    )
}
