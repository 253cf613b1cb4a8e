// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let git = APITag(
        name: "Git",
        summary: "Git's smart protocol, which git speaks by itself; docs/git.md. `.git` may follow the name.",
        operations: [
            APIOperation(
                .get,
                "/{namespace}/{name}/info/refs",
                also: APIOperation.ofEachKind("/{namespace}/{name}/info/refs"),
                "What git asks first",
                parameters: [
                    .needed("service", .words("git-upload-pack", "git-receive-pack"), "To fetch, or to push.")
                ],
                APIAnswer(
                    status: 200,
                    summary: "Refs, or with `Git-Protocol: version=2` capabilities.",
                    content: [
                        ("application/x-git-upload-pack-advertisement", .bytes),
                        ("application/x-git-receive-pack-advertisement", .bytes),
                    ],
                    headers: []
                )
            ),
            APIOperation(
                .post,
                "/{namespace}/{name}/git-upload-pack",
                also: APIOperation.ofEachKind("/{namespace}/{name}/git-upload-pack"),
                "Clone and fetch",
                body: .bytes("Lines of the protocol.", "application/x-git-upload-pack-request"),
                .bytes("A pack.", type: "application/x-git-upload-pack-result")
            ),
            APIOperation(
                .post,
                "/{namespace}/{name}/git-receive-pack",
                also: APIOperation.ofEachKind("/{namespace}/{name}/git-receive-pack"),
                "Push",
                access: .token,
                body: .bytes("Commands and a pack.", "application/x-git-receive-pack-request"),
                .bytes("What came of each.", type: "application/x-git-receive-pack-result")
            ),
        ]
    )
}
