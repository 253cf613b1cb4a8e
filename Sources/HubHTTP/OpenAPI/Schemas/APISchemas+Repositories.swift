// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension APISchemas {
    static let repositories: [(name: String, schema: Schema)] = [
        ("RepoMade", .object(["url": .address, "name": .text, "id": .text])),
        ("RepoInfo", .either(.ref("ModelInfo"), .ref("DatasetInfo"), .ref("SpaceInfo"))),
        (
            "ModelInfo",
            .object([
                "_id": .text, "id": .text.about("Namespace and name"), "modelId?": .text, "author?": .text,
                "sha?": .oid.about("The commit"), "lastModified?": .time, "createdAt?": .time, "private?": .flag,
                "gated?": gated, "disabled?": .flag, "downloads?": .count.about("Of the last 30 days"),
                "downloadsAllTime?": .count, "likes?": .count, "trendingScore?": .number, "tags?": .list(.text),
                "pipeline_tag?": .text.orNull.about("The task"), "library_name?": .text.orNull,
                "cardData?": .any.about("The card's metadata"), "config?": .any, "siblings?": .list(.ref("Sibling")),
                "safetensors?": .any.about("Parameters by type"), "spaces?": .list(.text), "usedStorage?": .count,
                "inference?": .text.orNull.about("warm or cold"),
            ])
        ),
        (
            "DatasetInfo",
            .object([
                "_id": .text, "id": .text, "author?": .text, "sha?": .oid, "lastModified?": .time, "createdAt?": .time,
                "private?": .flag, "gated?": gated, "disabled?": .flag, "downloads?": .count, "likes?": .count,
                "trendingScore?": .number, "description?": .text.orNull, "tags?": .list(.text), "cardData?": .any,
                "siblings?": .list(.ref("Sibling")), "usedStorage?": .count,
            ])
        ),
        (
            "SpaceInfo",
            .object([
                "_id": .text, "id": .text, "author?": .text, "sha?": .oid, "lastModified?": .time, "createdAt?": .time,
                "private?": .flag, "gated?": gated, "disabled?": .flag, "likes?": .count, "sdk?": .text.orNull,
                "tags?": .list(.text), "cardData?": .any, "siblings?": .list(.ref("Sibling")),
            ])
        ),
        (
            "Sibling",
            .object([
                "rfilename": .text.about("A file's path"), "size?": .count, "blobId?": .oid, "lfs?": .ref("LFSPointer"),
            ])
        ),
        (
            "RepoCard",
            .object([
                "id": .text, "author?": .text, "likes?": .count, "downloads?": .count, "private?": .flag,
                "lastModified?": .time, "repoType?": .text, "pipeline_tag?": .text.orNull,
            ])
        ),
        (
            "RepoSettings",
            .object([
                "visibility?": .words("public", "private"), "private?": .flag, "gated?": gated,
                "discussionsDisabled?": .flag,
            ])
        ),
        (
            "RepoStorage",
            .object([
                "id": .text, "type": .words("model", "dataset", "space"), "updatedAt": .time,
                "visibility": .words("public", "private"), "storage": .count, "storagePercent": .number,
            ])
        ),
        (
            "QuickSearch",
            .object([
                "q": .text, "models?": .list(.any), "datasets?": .list(.any), "spaces?": .list(.any),
                "users?": .list(.any), "orgs?": .list(.any),
            ])
        ),
        (
            "Task",
            .object([
                "id": .text, "label": .text, "summary": .text, "about?": .text, "inputs?": .text, "outputs?": .text,
                "libraries?": .list(.text), "architectures?": .list(.text), "modelCount?": .count,
            ])
        ),
        ("Tag", .object(["id": .text, "label": .text, "type": .text, "subType?": .text])),
    ]

    private static let gated = Schema.either(.words("auto", "manual"), .flag.orNull)
}
