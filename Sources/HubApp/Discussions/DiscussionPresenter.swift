// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Discussions and what happens in them, in the hub's JSON.
struct DiscussionPresenter {
    let tx: ReadTransaction
    let repo: RepoRecord

    /// What stands in place of a hidden comment.
    static let hiddenText = "This comment has been hidden"

    /// As it stands in lists.
    func item(_ discussion: DiscussionRecord) -> JSONObject {
        var json: JSONObject = [
            "_id": .string(discussion.publicID), "num": .int(discussion.number), "title": .string(discussion.title),
            "status": .string(discussion.status.rawValue), "isPullRequest": .bool(discussion.isPullRequest),
            "createdAt": .string(discussion.createdAt.iso8601), "updatedAt": .string(discussion.updatedAt.iso8601),
            "pinned": .bool(discussion.isPinned), "locked": .bool(discussion.isLocked),
            "numComments": .int(discussion.comments),
            "repo": ["name": .string(repo.fullName), "type": .string(repo.kind.rawValue)],
            "repoOwner": ["name": .string(repo.ownerName), "type": .string(repo.ownerKind.rawValue)],
        ]
        json["author"] = discussion.author.map(Self.person)
        return json
    }

    /// As it stands on its own, without what is worked out from its files.
    func details(_ discussion: DiscussionRecord) throws -> JSONObject {
        var json = item(discussion)
        let events = try tx.discussionEvents(discussion.id)
        json["events"] = .array(try events.map(event))
        if let base = discussion.base {
            var changes: JSONObject = ["base": .string(base)]
            changes["mergeCommitId"] = discussion.mergeOID.map { .string($0.hex) }
            json["changes"] = .object(changes)
            json["gitReference"] = .string(discussion.ref)
            json["filesWithConflicts"] = []
            json["reviews"] = try Self.reviews(events)
        }
        return json
    }

    func event(_ event: DiscussionEventRecord) throws -> JSONValue {
        var json: JSONObject = [
            "id": .string(event.publicID), "type": .string(event.type), "createdAt": .string(event.createdAt.iso8601),
        ]
        json["author"] = event.author.map(Self.person)
        let data = try JSONValue(stored: event.data)
        if event.type == "comment" {
            var shown = try comment(event)
            shown["review"] = data["review"]
            json["data"] = .object(shown)
        } else {
            json["data"] = data
        }
        return .object(json)
    }

    private func comment(_ event: DiscussionEventRecord) throws -> JSONObject {
        let texts = try tx.commentTexts(event.id)
        guard event.hiddenAt == nil, let last = texts.last else {
            let hidden: JSONObject = [
                "raw": .string(Self.hiddenText), "html": .string("<p>\(Self.hiddenText)</p>"),
                "updatedAt": .string((event.hiddenAt ?? event.createdAt).iso8601),
            ]
            return ["edited": true, "hidden": true, "latest": .object(hidden), "history": []]
        }
        let mentions = try tx.mentions(event.id)
        let keys = Set(mentions.map { $0.name.lowercased() })
        func version(_ text: CommentText) -> JSONValue {
            var json: JSONObject = [
                "raw": .string(text.raw),
                "html": .string(CommentMarkup.html(text.raw, mentioned: keys, id: "comment-\(event.publicID)")),
                "updatedAt": .string(text.createdAt.iso8601),
            ]
            json["author"] = text.author.map(Self.person)
            return .object(json)
        }
        return [
            "edited": .bool(texts.count > 1), "hidden": false, "latest": version(last),
            "history": .array(texts.dropLast().map(version)), "numEdits": .int(Int64(texts.count - 1)),
            "mentions": .array(mentions.map { .string($0.name) }),
            "reactions": .array(
                try tx.reactions(event.id).map { row in
                    [
                        "reaction": .string(row.reaction), "count": .int(Int64(row.users.count)),
                        "users": .array(row.users.map { .string($0) }),
                    ]
                }
            ),
        ]
    }

    static func person(_ account: AccountRecord) -> JSONValue {
        [
            "_id": .string(account.publicID), "name": .string(account.name), "fullname": .string(account.fullName),
            "type": .string(account.kind.rawValue), "isPro": false, "avatarUrl": "",
        ]
    }
}
