// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

public import HubCore
import HubStore

/// Collections: lists that a user or an organisation keeps of repos, papers and other collections.
public struct CollectionService: Sendable {
    let hub: Hub

    static let pageSize = 100
    static let maximumCollections: Int64 = 1000
    static let maximumItems = 1000
    static let themes = ["orange", "blue", "green", "purple", "pink", "indigo"]

    /// What to list.
    public struct Query: Sendable {
        public var owners: [String] = []
        /// `models/ns/name`, `papers/2401.00001`, `collections/ns/slug` …
        public var items: [String] = []
        public var text: String?
        /// `lastModified`, `trending` or `upvotes`.
        public var sort: String?
        public var cursor: String?
        public var limit: Int?

        public init() {}
    }

    /// What a client says of a collection; `nil` leaves a value as it is.
    public struct Settings: Sendable {
        public var title: String?
        public var description: String?
        public var isPrivate: Bool?
        public var theme: String?
        public var position: Int64?

        public init() {}
    }

    // MARK: Reading

    public func list(_ query: Query, viewer: Viewer) async throws -> ItemPage {
        let size = min(query.limit ?? Self.pageSize, Self.pageSize)
        let after = try query.cursor.map(ListingCursor.decodeTime)
        let sort: CollectionListQuery.Sort
        switch query.sort {
        case nil, "lastModified": sort = .lastModified
        case "trending", "upvotes": sort = .upvotes
        default: throw HubError(.badRequest, "\"sort\" must be lastModified, trending or upvotes")
        }
        return try await hub.store.read { tx in
            var list = CollectionListQuery(scope: viewer.visibilityScope)
            list.sort = sort
            list.after = after
            list.text = query.text
            list.limit = size + 1
            list.owners = try query.owners.compactMap { name in
                try (try? AccountName(name)).flatMap { try tx.account(named: $0) }?.id
            }
            list.items = try query.items.compactMap { try tx.collectionTarget(path: $0, viewer: viewer) }
            // Named, and not there: nothing matches.
            let isEmpty =
                list.owners.isEmpty && !query.owners.isEmpty || list.items.isEmpty && !query.items.isEmpty
            let rows = isEmpty ? [] : try tx.collections(list)
            let page = rows.prefix(size)
            let presenter = CollectionPresenter(tx: tx, viewer: viewer)
            return ItemPage(
                items: .array(try page.map { try presenter.json($0, isListed: true) }),
                next: rows.count > size
                    ? page.last.map { last in
                        let value = sort == .lastModified ? last.updatedAt.milliseconds : last.upvotes
                        return ListingCursor.encode(TimeCursor(at: Timestamp(milliseconds: value), id: last.id))
                    } : nil
            )
        }
    }

    /// - Parameter slug: `namespace/title-0123…`; only the digits at its end and the namespace matter.
    public func collection(_ slug: String, viewer: Viewer) async throws -> JSONValue {
        try await hub.store.read { tx in
            try CollectionPresenter(tx: tx, viewer: viewer).json(try tx.collection(slug, for: viewer))
        }
    }

    /// Whether the viewer may change a collection that it sees.
    public func mayChange(_ slug: String, viewer: Viewer) async throws -> Bool {
        try await hub.store.read { viewer.canCurate(try $0.collection(slug, for: viewer).owner) }
    }

    // MARK: Writing

    /// Makes a collection.
    /// - Returns: the collection, and whether it is new; one of the same title is given as it is.
    public func create(
        namespace: String,
        _ settings: Settings,
        item: (type: String, id: String)?,
        viewer: Viewer
    ) async throws -> (json: JSONValue, slug: String, isNew: Bool) {
        guard !viewer.isAnonymous else { throw HubError(.unauthenticated, "Log in to create a collection") }
        let title = try Self.title(settings.title ?? "")
        let description = try Self.description(settings.description)
        let (name, id) = (try AccountName(namespace), RandomID.publicID())
        let theme = try Self.theme(settings.theme) ?? Self.themes[Int(id.utf8.first ?? 0) % Self.themes.count]
        let now = hub.clock.now
        return try await hub.store.write { tx in
            guard let owner = try tx.read.account(named: name) else {
                throw HubError(.notFound, "There is no user or organization called '\(name)'")
            }
            guard viewer.canCurate(owner) else {
                throw HubError(
                    .forbidden,
                    "You don't have the rights to create a collection under the namespace \"\(owner.name)\""
                )
            }
            let presenter = CollectionPresenter(tx: tx.read, viewer: viewer)
            if let existing = try tx.read.collection(titled: title, owner: owner.id) {
                return (try presenter.json(existing), existing.slug, false)
            }
            guard try tx.read.collectionCount(ofOwner: owner.id) < Self.maximumCollections else {
                throw HubError(.forbidden, "\(owner.name) has \(Self.maximumCollections) collections already")
            }
            let collection = try tx.insertCollection(
                publicID: id,
                owner: owner.id,
                title: title,
                slug: Self.slug(title),
                description: description,
                theme: theme,
                isPrivate: settings.isPrivate ?? false,
                at: now
            )
            if let item {
                let target = try tx.read.collectionTarget(type: item.type, item.id, viewer: viewer)
                try tx.insertCollectionItem(
                    publicID: RandomID.publicID(),
                    collection: collection.id,
                    target,
                    note: nil,
                    at: now
                )
            }
            return (try presenter.json(collection), collection.slug, true)
        }
    }

    public func update(_ slug: String, _ settings: Settings, viewer: Viewer) async throws -> JSONValue {
        let title = try settings.title.map(Self.title)
        let theme = try Self.theme(settings.theme)
        let description = try Self.description(settings.description)
        return try await change(slug, viewer) { tx, collection in
            try tx.updateCollection(
                collection.id,
                title: title ?? collection.title,
                slug: title.map(Self.slug) ?? collection.titleSlug,
                description: settings.description == nil ? collection.description : description,
                theme: theme ?? collection.theme,
                isPrivate: settings.isPrivate ?? collection.isPrivate
            )
            if let position = settings.position {
                try tx.moveCollection(collection.id, to: position, owner: collection.owner.id)
            }
        }
    }

    public func delete(_ slug: String, viewer: Viewer) async throws {
        try await hub.store.write { tx in
            try tx.deleteCollection(try tx.read.collection(slug, toChangeFor: viewer).id)
        }
    }

    /// Votes for a collection, or no longer does.
    public func upvote(_ isSet: Bool, _ slug: String, viewer: Viewer) async throws -> JSONValue {
        guard let account = viewer.account else { throw HubError(.unauthenticated, "Log in to upvote") }
        let now = hub.clock.now
        return try await hub.store.write { tx in
            let collection = try tx.read.collection(slug, for: viewer)
            guard viewer.canActForItself else { throw HubError(.forbidden, "This token may not write") }
            try tx.setUpvote(isSet, collection: collection.id, account: account.id, at: now)
            return try CollectionPresenter(tx: tx.read, viewer: viewer).json(
                try tx.read.collection(slug, for: viewer)
            )
        }
    }

    // MARK: Items

    /// Adds what the viewer may see.
    /// - Throws: ``HubError/Code/conflict`` if it is in there.
    public func add(
        _ slug: String,
        type: String,
        _ id: String,
        note: String?,
        viewer: Viewer
    ) async throws -> JSONValue {
        let note = try Self.note(note)
        let now = hub.clock.now
        return try await change(slug, viewer) { tx, collection in
            let target = try tx.read.collectionTarget(type: type, id, viewer: viewer)
            guard target != .collection(collection.id) else {
                throw HubError(.badRequest, "A collection is not in itself")
            }
            guard try tx.read.collectionItems(collection.id).count < Self.maximumItems else {
                throw HubError(.badRequest, "A collection has \(Self.maximumItems) items at most")
            }
            try tx.insertCollectionItem(
                publicID: RandomID.publicID(),
                collection: collection.id,
                target,
                note: note,
                at: now
            )
        }
    }

    /// What to change of an item.
    public struct ItemChange: Sendable {
        public let item: String
        public let note: String?
        public let position: Int64?

        public init(item: String, note: String?, position: Int64?) {
            self.item = item
            self.note = note
            self.position = position
        }
    }

    /// Changes items, all of them or none.
    public func update(_ slug: String, items changes: [ItemChange], viewer: Viewer) async throws -> JSONValue {
        guard changes.count <= Self.maximumItems else {
            throw HubError(.badRequest, "At most \(Self.maximumItems) items at once")
        }
        return try await change(slug, viewer) { tx, collection in
            for change in changes {
                let item = try tx.read.collectionItem(change.item, in: collection)
                if let note = change.note { try tx.setCollectionItemNote(try Self.note(note), item.id) }
                if let position = change.position {
                    try tx.moveCollectionItem(item.id, to: position, collection: collection.id)
                }
            }
        }
    }

    public func remove(_ slug: String, item: String, viewer: Viewer) async throws -> JSONValue {
        try await change(slug, viewer) { tx, collection in
            let item = try tx.read.collectionItem(item, in: collection)
            try tx.deleteCollectionItem(item.id, collection: collection.id)
        }
    }

    // MARK: Shared

    private func change(
        _ slug: String,
        _ viewer: Viewer,
        _ body: @escaping @Sendable (WriteTransaction, CollectionRecord) throws -> Void
    ) async throws -> JSONValue {
        let now = hub.clock.now
        return try await hub.store.write { tx in
            let collection = try tx.read.collection(slug, toChangeFor: viewer)
            try body(tx, collection)
            try tx.touchCollection(collection.id, at: now)
            guard let changed = try tx.read.collection(id: collection.id) else {
                throw HubError(.internal, "The collection just changed is not there")
            }
            return try CollectionPresenter(tx: tx.read, viewer: viewer).json(changed)
        }
    }

    private static func title(_ text: String) throws -> String {
        let title = text.split(whereSeparator: \.isNewline).joined(separator: " ").trimmed
        guard (1...60).contains(title.count) else {
            throw HubError(.badRequest, "The title of a collection has 1 to 60 characters")
        }
        return title
    }

    private static func description(_ text: String?) throws -> String? {
        guard let text = text?.trimmed, !text.isEmpty else { return nil }
        guard text.count <= 150 else { throw HubError(.badRequest, "A description has at most 150 characters") }
        return text
    }

    /// An empty one is none.
    private static func note(_ text: String?) throws -> String? {
        guard let text = text?.trimmed, !text.isEmpty else { return nil }
        guard text.count <= 500 else { throw HubError(.badRequest, "A note has at most 500 characters") }
        return text
    }

    private static func theme(_ text: String?) throws -> String? {
        guard let text else { return nil }
        guard themes.contains(text) else {
            throw HubError(.badRequest, "\"theme\" must be one of \(themes.joined(separator: ", "))")
        }
        return text
    }

    /// The title's letters and digits in lower case, with dashes between its words.
    static func slug(_ title: String) -> String {
        let words = title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return words.isEmpty ? "collection" : words.joined(separator: "-")
    }
}

extension ReadTransaction {
    /// - Throws: ``HubError/Code/notFound`` where there is none, or none the viewer may know of.
    func collection(_ slug: String, for viewer: Viewer) throws -> CollectionRecord {
        let parts = slug.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let namespace = parts.first, let name = parts.last,
            let digits = name.split(separator: "-").last,
            let collection = try collection(publicID: digits.lowercased()),
            collection.owner.name.lowercased() == namespace.lowercased(), viewer.canSee(collection)
        else { throw HubError(.notFound, "Collection not found") }
        return collection
    }

    fileprivate func collection(_ slug: String, toChangeFor viewer: Viewer) throws -> CollectionRecord {
        let collection = try collection(slug, for: viewer)
        guard !viewer.isAnonymous else { throw HubError(.unauthenticated, "Log in to change a collection") }
        guard viewer.canCurate(collection.owner) else {
            throw HubError(.forbidden, "You don't have the rights to change collections of \(collection.owner.name)")
        }
        return collection
    }

    fileprivate func collectionItem(_ id: String, in collection: CollectionRecord) throws -> CollectionItemRecord {
        guard let item = try collectionItems(collection.id).first(where: { $0.publicID == id.lowercased() }) else {
            throw HubError(.notFound, "The collection has no item \(id.prefix(40))")
        }
        return item
    }

    /// What an item is to be: a repo or collection that the viewer may see, or a paper.
    fileprivate func collectionTarget(
        type: String,
        _ id: String,
        viewer: Viewer
    ) throws -> CollectionItemRecord.Target {
        switch type {
        case "model", "dataset", "space":
            guard let kind = RepoKind(rawValue: type) else { throw HubError.repoNotFound }
            return .repo(try repo(kind, try RepoID(id), for: viewer, .see).id)
        case "collection":
            return .collection(try collection(id, for: viewer).id)
        case "paper":
            guard (4...32).contains(id.utf8.count),
                id.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") })
            else { throw HubError(.badRequest, "A paper is named by its arXiv id, like 2401.00001") }
            return .paper(id)
        default:
            throw HubError(.badRequest, "\"type\" of an item must be model, dataset, space, paper or collection")
        }
    }

    /// The same from `models/ns/name`; `nil` for what is not there.
    fileprivate func collectionTarget(path: String, viewer: Viewer) throws -> CollectionItemRecord.Target? {
        let parts = path.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let plural = parts.first, let id = parts.last else {
            throw HubError(.badRequest, "\"item\" must look like models/namespace/name")
        }
        do {
            return try collectionTarget(type: String(plural.dropLast()), String(id), viewer: viewer)
        } catch let error as HubError where [.repoNotFound, .notFound, .moved].contains(error.code) {
            return nil
        }
    }
}
