// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension APISchemas {
    static let files: [(name: String, schema: Schema)] = [
        (
            "TreeEntry",
            .object([
                "type": .words("file", "directory"), "path": .text, "oid": .oid.about("Of git"), "size": .count,
                "lfs?": .ref("LFSPointer"), "xetHash?": .text, "lastCommit?": .ref("LastCommit").orNull,
                "securityFileStatus?": .any,
            ])
        ),
        ("LFSPointer", .object(["oid?": .sha256, "sha256?": .sha256, "size": .count, "pointerSize?": .count])),
        ("LastCommit", .object(["id": .oid, "title": .text, "date": .time])),
        (
            "Commit",
            .object([
                "id": .oid, "title": .text, "message": .text,
                "authors": .list(.object(["user": .text, "avatar?": .text])), "date": .time, "parents?": .list(.oid),
                "formatted?": .any,
            ])
        ),
        (
            "CommitRequest",
            .object([
                "summary": .text.like("Add a model"), "description?": .text, "parentCommit?": .oid,
                "files?": .list(.object(["path": .text, "content": .text, "encoding?": .words("utf-8", "base64")])),
                "lfsFiles?": .list(.object(["path": .text, "oid": .sha256, "size?": .count])),
                "deletedEntries?": .list(.object(["path": .text])),
            ])
        ),
        (
            "CardCheck",
            .object(["errors": .list(.object(["message": .text])), "warnings": .list(.object(["message": .text]))])
        ),
        (
            "Differences",
            .object([
                "base": .oid, "head": .oid,
                "files": .list(
                    .object([
                        "path": .text, "status": .words("added", "deleted", "modified"), "additions?": .count,
                        "deletions?": .count, "diff?": .text, "binary?": .flag,
                    ])
                ), "diffIsLeftOut?": .flag, "tensors": .object(["unchanged?": .count]).orNull,
            ])
        ),
        (
            "Refs",
            .object([
                "branches": .list(.ref("Ref")), "tags": .list(.ref("Ref")), "converts": .list(.ref("Ref")),
                "pullRequests?": .list(.ref("Ref")),
            ])
        ),
        ("Ref", .object(["name": .text, "ref": .text, "targetCommit": .oid])),
        ("ProtectedBranch", .object(["pattern": .text, "push": .words("admins", "nobody")])),
        (
            "ScanReport",
            .object([
                "repositoryId": .text, "revision": .oid, "hasUnsafeFile": .flag, "scansDone": .flag,
                "files": .list(.object(["path": .text, "status": .text])),
            ])
        ),
        (
            "LFSFile",
            .object(["fileOid": .oid, "oid": .sha256, "size": .count, "filename?": .text, "pushedAt?": .time])
        ),
    ]
}
