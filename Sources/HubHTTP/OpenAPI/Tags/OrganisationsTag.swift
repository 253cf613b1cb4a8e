// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    private static let one = "/api/organizations/{organization}"

    static let organisations = APITag(
        name: "Organisations",
        summary: "Namespaces of several, with roles.",
        operations: [
            APIOperation(
                .get,
                "/api/organizations",
                "One's own organisations",
                access: .token,
                .json(.list(.ref("Organisation")))
            ),
            APIOperation(
                .post,
                "/api/organizations",
                "Make an organisation",
                access: .token,
                body: .json(
                    .object([
                        "name": .text.like("acme"), "fullname?": .text.orNull,
                        "defaultVisibility?": .words("public", "private"),
                    ])
                ),
                .json(.ref("Organisation"), "Who makes it is its admin.", status: 201)
            ),
            APIOperation(.get, one, also: [one + "/overview"], "One organisation", .json(.ref("Organisation"))),
            APIOperation(
                .get,
                one + "/members",
                "Its members",
                parameters: [.query("email", .text, "By address; for administrators."), .cursor, .limit],
                .page(.ref("Person"))
            ),
            APIOperation(
                .post,
                one + "/members",
                "Add a member",
                access: .token,
                body: .json(.object(["user": .text.like("bob"), "role": role])),
                .json(.ref("Done"), "Added.", status: 201)
            ),
            APIOperation(
                .put,
                one + "/members/{member}/role",
                "Give a member another role",
                access: .token,
                body: .json(.object(["role": role])),
                .done
            ),
            APIOperation(.delete, one + "/members/{member}", "Remove a member, or leave", access: .token, .done),
            APIOperation(
                .get,
                one + "/followers",
                "Who follows it",
                parameters: [.cursor, .limit],
                .page(.ref("Person"))
            ),
            APIOperation(.post, one + "/follow", "Follow an organisation", access: .token, .done),
            APIOperation(.delete, one + "/follow", "Follow no more", access: .token, .done),
        ]
    )

    private static let role = Schema.words("read", "contributor", "write", "admin")
}
