// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let refs = APITag(
        name: "Branches and tags",
        summary: "Names of commits, and who may move them.",
        operations: [
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/refs",
                "List branches and tags",
                parameters: [.query("include_prs", .flag, "Those of pull requests, too.")],
                .json(.ref("Refs"))
            ),
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/branch/**",
                "Make a branch",
                access: .token,
                rest: "The branch.",
                body: .maybe(.object(["startingPoint?": .text.about("main, if not given"), "overwrite?": .flag])),
                .json(.object(["success": .yes, "ref": .text]))
            ),
            APIOperation(
                .delete,
                "/api/{kind}/{namespace}/{name}/branch/**",
                "Delete a branch",
                access: .token,
                rest: "The branch.",
                .done
            ),
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/tag/**",
                "Make a tag",
                access: .token,
                rest: "The revision to tag.",
                body: .json(.object(["tag": .text.like("v1"), "message?": .text])),
                .done
            ),
            APIOperation(
                .delete,
                "/api/{kind}/{namespace}/{name}/tag/**",
                "Delete a tag",
                access: .token,
                rest: "The tag.",
                .done
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/protected-branches",
                "List protected branches",
                .json(.list(.ref("ProtectedBranch")))
            ),
            APIOperation(
                .put,
                "/api/{kind}/{namespace}/{name}/protected-branches/**",
                "Protect branches",
                access: .token,
                rest: "A pattern: `*` stands for anything but a slash.",
                body: .json(.object(["push": .words("admins", "nobody").about("Who may push and merge")])),
                .json(.ref("ProtectedBranch"))
            ),
            APIOperation(
                .delete,
                "/api/{kind}/{namespace}/{name}/protected-branches/**",
                "Protect them no more",
                access: .token,
                rest: "A pattern.",
                .done
            ),
        ]
    )
}
