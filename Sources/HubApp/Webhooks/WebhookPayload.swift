// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// What a webhook is sent, in the Hub's third version of it.
struct WebhookPayload {
    static let version: Int64 = 3

    let change: RepoChange
    let tx: ReadTransaction

    func json(for webhook: WebhookRecord) throws -> JSONValue {
        let base = webhook.baseURL
        var json: JSONObject = [
            "event": ["action": .string(change.action.rawValue), "scope": .string(change.scope.rawValue)],
            "repo": .object(try repo(base)),
            "webhook": ["id": .string(webhook.publicID), "version": .int(Self.version)],
        ]
        if let discussion = change.discussion { json["discussion"] = .object(self.discussion(discussion, base)) }
        if let comment = change.comment, let discussion = change.discussion {
            json["comment"] = .object(try self.comment(comment, discussion, base))
        }
        if !change.updatedRefs.isEmpty {
            json["updatedRefs"] = .array(
                change.updatedRefs.map { move in
                    [
                        "ref": .string(move.name), "oldSha": move.from.map { .string($0.hex) } ?? .null,
                        "newSha": move.to.map { .string($0.hex) } ?? .null,
                    ]
                }
            )
        }
        if let (name, owner) = change.movedTo {
            json["movedTo"] = ["name": .string(name), "owner": ["id": .string(owner)]]
        }
        return .object(json)
    }

    private func page(_ base: String) -> String { "\(base)/\(change.repo.kind.urlPrefix)\(change.repo.fullName)" }

    private func repo(_ base: String) throws -> JSONObject {
        let repo = change.repo
        let owner = try tx.account(id: repo.ownerID)
        var json: JSONObject = [
            "type": .string(repo.kind.rawValue), "name": .string(repo.fullName), "id": .string(repo.publicID),
            "private": .bool(repo.visibility == .private),
            "url": [
                "web": .string(page(base)), "api": .string("\(base)/api/\(repo.kind.plural)/\(repo.fullName)"),
            ],
            "owner": ["id": .string(owner?.publicID ?? "")],
        ]
        if let head = try tx.head(of: repo) {
            // The documentation has the first, the Python library reads the second.
            json["headSha"] = .string(head.oid.hex)
            json["head_sha"] = .string(head.oid.hex)
        }
        return json
    }

    private func discussion(_ discussion: DiscussionRecord, _ base: String) -> JSONObject {
        let place = "\(change.repo.fullName)/discussions/\(discussion.number)"
        var json: JSONObject = [
            "id": .string(discussion.publicID), "num": .int(discussion.number), "title": .string(discussion.title),
            "url": [
                "web": .string("\(base)/\(change.repo.kind.urlPrefix)\(place)"),
                "api": .string("\(base)/api/\(change.repo.kind.plural)/\(place)"),
            ],
            "status": .string(discussion.status.rawValue), "author": ["id": .string(discussion.author?.publicID ?? "")],
            "isPullRequest": .bool(discussion.isPullRequest), "pinned": .bool(discussion.isPinned),
        ]
        if let branch = discussion.base {
            var changes: JSONObject = ["base": .string(branch)]
            changes["mergeCommitId"] = discussion.mergeOID.map { .string($0.hex) }
            json["changes"] = .object(changes)
        }
        return json
    }

    private func comment(
        _ event: DiscussionEventRecord,
        _ discussion: DiscussionRecord,
        _ base: String
    ) throws -> JSONObject {
        var json: JSONObject = [
            "id": .string(event.publicID), "author": ["id": .string(event.author?.publicID ?? "")],
            "hidden": .bool(event.hiddenAt != nil),
            "url": ["web": .string("\(page(base))/discussions/\(discussion.number)#\(event.publicID)")],
        ]
        if event.hiddenAt == nil { json["content"] = (try tx.commentTexts(event.id).last).map { .string($0.raw) } }
        return json
    }
}

extension WriteTransaction {
    /// Puts a change into the queue of every webhook that looks at the repo and whose owner may know of it.
    func announce(_ change: RepoChange, at now: Timestamp) throws {
        let webhooks = try read.webhooks(watching: change.repo, onDiscussion: change.scope.isDiscussion)
        for (webhook, owner) in webhooks where try read.maySee(change.repo, account: owner) {
            try insertDelivery(
                publicID: RandomID.publicID(),
                webhook: webhook.id,
                repo: change.repo.id,
                event: "\(change.action.rawValue) \(change.scope.rawValue)",
                payload: try WebhookPayload(change: change, tx: read).json(for: webhook).serialized,
                at: now
            )
        }
    }
}
