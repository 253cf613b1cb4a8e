// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import HubCore
import HubStore

/// Collections in the hub's JSON: of their items only those that the viewer may know of.
struct CollectionPresenter {
    let tx: ReadTransaction
    let viewer: Viewer

    /// Items that lists show of each collection.
    static let listedItems = 4

    /// - Parameter isListed: in a list, where clients number the collections themselves and want the first items only.
    func json(_ collection: CollectionRecord, isListed: Bool = false) throws -> JSONValue {
        var items = try tx.collectionItems(collection.id).lazy.compactMap { try item($0) }
        if isListed { items = Array(items.prefix(Self.listedItems)) }
        var json: JSONObject = [
            "slug": .string(collection.slug), "title": .string(collection.title),
            "owner": DiscussionPresenter.person(collection.owner), "items": .array(items),
            "lastUpdated": .string(collection.updatedAt.iso8601), "private": .bool(collection.isPrivate),
            "theme": .string(collection.theme), "upvotes": .int(collection.upvotes),
            "isUpvotedByUser": .bool(try viewer.account.map { try tx.hasUpvoted($0.id, collection.id) } ?? false),
            "gating": false,
        ]
        json["description"] = collection.description.map { .string($0) }
        if !isListed { json["position"] = .int(collection.position) }
        return .object(json)
    }

    private func item(_ item: CollectionItemRecord) throws -> JSONValue? {
        var json: JSONObject = ["_id": .string(item.publicID), "position": .int(item.position)]
        switch item.target {
        case .repo(let id):
            guard let repo = try tx.repo(id: id), viewer.canSee(repo) else { return nil }
            json["type"] = .string(repo.kind.rawValue)
            json["repoType"] = .string(repo.kind.rawValue)
            json["id"] = .string(repo.fullName)
            json["author"] = .string(repo.ownerName)
            json["private"] = .bool(repo.visibility == .private)
            json["gated"] = repo.gated.map { .string($0.rawValue) } ?? false
            json["downloads"] = .int(repo.downloads)
            json["likes"] = .int(repo.likes)
            json["lastModified"] = .string(repo.updatedAt.iso8601)
            json["pipeline_tag"] = repo.pipelineTag.map { .string($0) }
        case .collection(let id):
            guard let other = try tx.collection(id: id), viewer.canSee(other) else { return nil }
            json["type"] = "collection"
            json["id"] = .string(other.publicID)
            json["slug"] = .string(other.slug)
            json["title"] = .string(other.title)
            json["owner"] = DiscussionPresenter.person(other.owner)
            json["lastUpdated"] = .string(other.updatedAt.iso8601)
            json["theme"] = .string(other.theme)
        case .paper(let id):
            json["type"] = "paper"
            json["id"] = .string(id)
        }
        if let note = item.note {
            let html = CommentMarkup.html(note, mentioned: [], id: "note-\(item.id)")
            json["note"] = ["text": .string(note), "html": .string(html)]
        }
        return .object(json)
    }
}

extension Viewer {
    /// Whether the viewer may know that the collection is there.
    func canSee(_ collection: CollectionRecord) -> Bool {
        !collection.isPrivate || canReadAll(ofNamespace: collection.owner.name, collection.owner.id)
    }

    /// Whether the viewer may make and change collections of a namespace.
    func canCurate(_ owner: AccountRecord) -> Bool {
        (role(inNamespace: owner.id).map { $0 >= .write } ?? false) && canCreate(in: owner)
    }
}
