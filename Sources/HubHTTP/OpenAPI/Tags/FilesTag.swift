// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HTTPTypes

extension APITag {
    static let files = APITag(
        name: "Files",
        summary: "What a revision holds.",
        operations: [
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/tree/{revision}",
                also: ["/api/{kind}/{namespace}/{name}/tree/{revision}/**"],
                "List a folder",
                parameters: [
                    .query("recursive", .flag, "Folders below, too."),
                    .query("expand", .flag, "The last commit of each entry and what scans found."), .cursor, .limit,
                ],
                rest: "A folder.",
                .page(.ref("TreeEntry"), "A page; `Link` leads to the next.", "X-Repo-Commit")
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/treesize/{revision}",
                also: ["/api/{kind}/{namespace}/{name}/treesize/{revision}/**"],
                "The bytes below a folder",
                rest: "A folder.",
                .json(.object(["path": .text, "size": .count]))
            ),
            APIOperation(
                .post,
                "/api/{kind}/{namespace}/{name}/paths-info/{revision}",
                "Look up paths",
                about: "Paths that are not there are left out.",
                body: .jsonOrForm(.object(["paths": .list(.text.like("config.json")), "expand?": .flag])),
                .json(.list(.ref("TreeEntry")), "Those that are there.", "X-Repo-Commit")
            ),
            APIOperation(
                .get,
                "/{namespace}/{name}/resolve/{revision}/**",
                also: APIOperation.ofEachKind("/{namespace}/{name}/resolve/{revision}/**"),
                "Download a file",
                about: "`HEAD` says the same without the bytes. Large files are served from here, without a redirect.",
                parameters: [.range, .ifNoneMatch, .query("download", .flag, "To be saved rather than shown.")],
                rest: "The file.",
                .bytes(
                    "The file.",
                    type: "*/*",
                    "ETag",
                    "X-Repo-Commit",
                    "X-Linked-Size",
                    "X-Linked-ETag",
                    "X-Xet-Hash"
                ),
                .bytes("The range.", status: 206, type: "*/*", "ETag", "Content-Range"),
                .empty(304, "It is still that.", "ETag")
            ),
            APIOperation(
                .get,
                "/{namespace}/{name}/raw/{revision}/**",
                also: APIOperation.ofEachKind("/{namespace}/{name}/raw/{revision}/**"),
                "A file as git has it",
                about: "Of a large file the LFS pointer.",
                parameters: [.range, .ifNoneMatch],
                rest: "The file.",
                .bytes("The file.", type: "*/*", "ETag", "X-Repo-Commit"),
                .bytes("The range.", status: 206, type: "*/*", "ETag", "Content-Range"),
                .empty(304, "It is still that.", "ETag")
            ),
            APIOperation(
                .get,
                "/{namespace}/resolve/{revision}/**",
                "A file of a repository without a namespace",
                about: "There is none on this hub: the answer is that of a repository that is not there.",
                rest: "The file."
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/safetensors-metadata/**",
                "The tensors of a checkpoint",
                about: "Every shard's header in one answer; of models only.",
                rest: "A safetensors file, or the index of a sharded one.",
                .json(.object([:]))
            ),
            APIOperation(
                .get,
                "/api/{kind}/{namespace}/{name}/scan",
                also: ["/api/{kind}/{namespace}/{name}/scan/{revision}"],
                "What scans found in the files",
                .json(.ref("ScanReport"))
            ),
        ]
    )
}
