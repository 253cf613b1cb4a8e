// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The segments of paths, which mean the same everywhere.
enum APIPathParameters {
    struct Meaning: Sendable {
        let schema: Schema
        let summary: String
    }

    static let named: [String: Meaning] = [
        "kind": Meaning(schema: .words("models", "datasets", "spaces").like("models"), summary: "What is asked about."),
        "namespace": Meaning(schema: .text.like("alice"), summary: "The user or organisation that owns it."),
        "name": Meaning(
            schema: .text.like("vit"),
            summary: "The name in the namespace; `@revision` may follow for inference."
        ),
        "revision": Meaning(
            schema: .text.like("main"),
            summary: "A branch, tag, commit or `refs/pr/N`; its slashes are written `%2F`."
        ),
        "user": Meaning(schema: .text.like("alice"), summary: "A user's name."),
        "organization": Meaning(schema: .text.like("acme"), summary: "An organisation's name."),
        "member": Meaning(schema: .text.like("bob"), summary: "The member's user name."),
        "session": Meaning(schema: .text, summary: "The session's `id`."),
        "account": Meaning(schema: .text.like("acme"), summary: "A user's or an organisation's name."),
        "invitation": Meaning(schema: .integer, summary: "The invitation's `id`."),
        "token": Meaning(schema: .text.like("1"), summary: "The token's `id`, or `current` for the one in use."),
        "number": Meaning(schema: .integer(from: 1, to: 1 << 31), summary: "The discussion's `num`."),
        "comment": Meaning(schema: .text, summary: "The comment's `id`."),
        "webhook": Meaning(schema: .text, summary: "The webhook's `id`."),
        "delivery": Meaning(schema: .text, summary: "The delivery's `id`."),
        "slug": Meaning(schema: .text.like("best-1f3a"), summary: "The collection's slug after its namespace."),
        "item": Meaning(schema: .text, summary: "The item's `_id`."),
        "task": Meaning(schema: .text.like("image-classification"), summary: "A task's name."),
        "status": Meaning(schema: .words("pending", "accepted", "rejected"), summary: "Which requests."),
        "config": Meaning(schema: .text.like("default"), summary: "A configuration of the dataset."),
        "split": Meaning(schema: .text.like("train"), summary: "A split of the configuration."),
        "attachment": Meaning(schema: .text, summary: "From the address that was answered to the upload."),
        "lock": Meaning(schema: .integer, summary: "The lock's `id`."),
        "repo": Meaning(schema: .text, summary: "The repository's `_id`."),
        "oid": Meaning(schema: .sha256, summary: "The SHA-256 of the content."),
        "domain": Meaning(schema: .text, summary: "From the token's `casUrl`."),
        "epoch": Meaning(schema: .text, summary: "From the token's `casUrl`."),
        "prefix": Meaning(schema: .text.like("default"), summary: "`default`, or `default-merkledb` for chunks."),
        "hash": Meaning(schema: .sha256, summary: "A Merkle hash as Xet writes it."),
        "ticket": Meaning(schema: .text, summary: "From the grant."),
        "id": Meaning(schema: .text, summary: "From an address that was given out."),
    ]
}

/// Headers of answers.
enum APIHeaders {
    static let named: [String: String] = [
        "X-Repo-Commit": "The commit that the revision is.",
        "X-Total-Count": "How many there are on all pages.",
        "Link": "`<address>; rel=\"next\"`: the next page. Absent on the last.",
        "ETag": "Changes with the content, and with nothing else.",
        "X-Linked-Size": "Bytes of a large file.",
        "X-Linked-ETag": "The SHA-256 of a large file.",
        "X-Xet-Hash": "The file's hash in the chunk store, where it can be fetched from there.",
        "Content-Range": "Which bytes these are.",
        "Location": "Where it is.",
        "Retry-After": "Seconds to wait.",
        "X-Error-Code":
            "What went wrong, in a word: `RepoNotFound`, `GatedRepo`, `RevisionNotFound`, `EntryNotFound`, …",
        "X-Error-Message": "The same in a sentence, as ASCII.",
        "X-Request-Id": "Names the request in the hub's log.",
        "X-Compute-Type": "Where it was computed.",
        "X-Compute-Time": "Seconds, without waiting.",
    ]
}
