// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// A page of a list of collections.
public struct CollectionListQuery: Sendable {
    public enum Sort: String, Sendable {
        case lastModified, upvotes

        fileprivate var column: String { self == .lastModified ? "updated_at" : "upvotes" }
    }

    /// Namespaces whose private collections are shown.
    public var scope: VisibilityScope
    /// Of one of these owners; all if there are none.
    public var owners: [Int64] = []
    /// With one of these in it; all if there are none.
    public var items: [CollectionItemRecord.Target] = []
    /// In the title.
    public var text: String?
    public var sort = Sort.lastModified
    /// The sort value and id of the last row.
    public var after: TimeCursor?
    public var limit = 100

    public init(scope: VisibilityScope) { self.scope = scope }
}

extension ReadTransaction {
    /// - Parameter publicID: 24 hex digits.
    public func collection(publicID: String) throws -> CollectionRecord? {
        try collection(where: "collection.public_id = ?", [publicID])
    }

    public func collection(id: Int64) throws -> CollectionRecord? { try collection(where: "collection.id = ?", [id]) }

    /// The collection an owner calls so.
    public func collection(titled title: String, owner: Int64) throws -> CollectionRecord? {
        try collection(where: "collection.owner_id = ? AND collection.title = ?", [owner, title])
    }

    private func collection(where condition: String, _ arguments: StatementArguments) throws -> CollectionRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(CollectionRecord.columns) FROM \(CollectionRecord.source) WHERE \(condition)"
        )
        return try Row.fetchOne(statement, arguments: arguments).map(CollectionRecord.init)
    }

    public func collectionCount(ofOwner owner: Int64) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT count(*) FROM collection WHERE owner_id = ?", arguments: [owner]) ?? 0
    }

    public func collections(_ query: CollectionListQuery) throws -> [CollectionRecord] {
        var conditions: [String] = []
        var arguments = StatementArguments()
        func marks(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }
        if query.scope.owners.isEmpty {
            conditions.append("collection.is_private = 0")
        } else {
            let own = "collection.owner_id IN (\(marks(query.scope.owners.count)))"
            conditions.append("(collection.is_private = 0 OR \(own))")
            arguments += StatementArguments(query.scope.owners)
        }
        if !query.owners.isEmpty {
            conditions.append("collection.owner_id IN (\(marks(query.owners.count)))")
            arguments += StatementArguments(query.owners)
        }
        if !query.items.isEmpty {
            var either: [String] = []
            for item in query.items {
                switch item {
                case .repo(let id):
                    either.append("repo_id = ?")
                    arguments += [id]
                case .collection(let id):
                    either.append("other_id = ?")
                    arguments += [id]
                case .paper(let id):
                    either.append("paper = ?")
                    arguments += [id]
                }
            }
            let wanted = either.joined(separator: " OR ")
            conditions.append("collection.id IN (SELECT collection_id FROM collection_item WHERE \(wanted))")
        }
        if let text = query.text {
            conditions.append("instr(lower(collection.title), lower(?)) > 0")
            arguments += [text]
        }
        let column = "collection.\(query.sort.column)"
        if let after = query.after {
            conditions.append("(\(column), collection.id) < (?, ?)")
            arguments += [after.at.milliseconds, after.id]
        }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT \(CollectionRecord.columns) FROM \(CollectionRecord.source)
                WHERE \(conditions.joined(separator: " AND "))
                ORDER BY \(column) DESC, collection.id DESC LIMIT ?
                """,
            arguments: arguments + [query.limit]
        ).map(CollectionRecord.init)
    }

    /// A collection's items in its order.
    public func collectionItems(_ collection: Int64) throws -> [CollectionItemRecord] {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM collection_item WHERE collection_id = ? ORDER BY position, id"
        )
        return try Row.fetchAll(statement, arguments: [collection]).map(CollectionItemRecord.init)
    }

    public func hasUpvoted(_ account: Int64, _ collection: Int64) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM collection_upvote WHERE collection_id = ? AND account_id = ?)",
            arguments: [collection, account]
        ) ?? false
    }
}

extension WriteTransaction {
    /// Makes a collection, the last one of its owner's.
    public func insertCollection(
        publicID: String,
        owner: Int64,
        title: String,
        slug: String,
        description: String?,
        theme: String,
        isPrivate: Bool,
        at now: Timestamp
    ) throws -> CollectionRecord {
        try db.execute(
            sql: """
                INSERT INTO collection (public_id, owner_id, title, slug, description, theme, is_private, position,
                    created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT count(*) FROM collection WHERE owner_id = ?), ?, ?)
                """,
            arguments: [
                publicID, owner, title, slug, description, theme, isPrivate, owner, now.milliseconds, now.milliseconds,
            ]
        )
        guard let collection = try read.collection(id: db.lastInsertedRowID) else {
            throw HubError(.internal, "The collection just made is not there")
        }
        return collection
    }

    public func updateCollection(
        _ id: Int64,
        title: String,
        slug: String,
        description: String?,
        theme: String,
        isPrivate: Bool
    ) throws {
        try db.execute(
            sql: """
                UPDATE collection SET title = ?, slug = ?, description = ?, theme = ?, is_private = ? WHERE id = ?
                """,
            arguments: [title, slug, description, theme, isPrivate, id]
        )
    }

    public func touchCollection(_ id: Int64, at now: Timestamp) throws {
        try db.execute(sql: "UPDATE collection SET updated_at = ? WHERE id = ?", arguments: [now.milliseconds, id])
    }

    public func deleteCollection(_ id: Int64) throws {
        try db.execute(sql: "DELETE FROM collection WHERE id = ?", arguments: [id])
    }

    /// Puts a collection at a place among its owner's.
    public func moveCollection(_ id: Int64, to position: Int64, owner: Int64) throws {
        let ids = try Int64.fetchAll(
            db,
            sql: "SELECT id FROM collection WHERE owner_id = ? ORDER BY position, id",
            arguments: [owner]
        )
        try setPositions(Self.moved(id, to: position, in: ids), "collection")
    }

    /// Adds an item, the last one.
    /// - Throws: ``HubError/Code/conflict`` if it is in there.
    public func insertCollectionItem(
        publicID: String,
        collection: Int64,
        _ target: CollectionItemRecord.Target,
        note: String?,
        at now: Timestamp
    ) throws {
        var (repo, other, paper): (Int64?, Int64?, String?) = (nil, nil, nil)
        switch target {
        case .repo(let id): repo = id
        case .collection(let id): other = id
        case .paper(let id): paper = id
        }
        try db.execute(
            sql: """
                INSERT INTO collection_item
                    (public_id, collection_id, repo_id, other_id, paper, note, position, created_at)
                VALUES (?, ?, ?, ?, ?, ?, (SELECT count(*) FROM collection_item WHERE collection_id = ?), ?)
                ON CONFLICT DO NOTHING
                """,
            arguments: [publicID, collection, repo, other, paper, note, collection, now.milliseconds]
        )
        guard db.changesCount == 1 else { throw HubError(.conflict, "The item is already in the collection") }
    }

    public func setCollectionItemNote(_ note: String?, _ item: Int64) throws {
        try db.execute(sql: "UPDATE collection_item SET note = ? WHERE id = ?", arguments: [note, item])
    }

    /// Puts an item at a place in its collection.
    public func moveCollectionItem(_ item: Int64, to position: Int64, collection: Int64) throws {
        let ids = try read.collectionItems(collection).map(\.id)
        try setPositions(Self.moved(item, to: position, in: ids), "collection_item")
    }

    public func deleteCollectionItem(_ item: Int64, collection: Int64) throws {
        try db.execute(sql: "DELETE FROM collection_item WHERE id = ?", arguments: [item])
        try setPositions(try read.collectionItems(collection).map(\.id), "collection_item")
    }

    /// Votes for a collection, or no longer does.
    public func setUpvote(_ isSet: Bool, collection: Int64, account: Int64, at now: Timestamp) throws {
        if isSet {
            try db.execute(
                sql: """
                    INSERT INTO collection_upvote (collection_id, account_id, created_at) VALUES (?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """,
                arguments: [collection, account, now.milliseconds]
            )
        } else {
            try db.execute(
                sql: "DELETE FROM collection_upvote WHERE collection_id = ? AND account_id = ?",
                arguments: [collection, account]
            )
        }
        guard db.changesCount > 0 else { return }
        try db.execute(
            sql: "UPDATE collection SET upvotes = upvotes + ? WHERE id = ?",
            arguments: [isSet ? 1 : -1, collection]
        )
    }

    private static func moved(_ id: Int64, to position: Int64, in ids: [Int64]) -> [Int64] {
        var ids = ids.filter { $0 != id }
        ids.insert(id, at: min(max(0, Int(clamping: position)), ids.count))
        return ids
    }

    private func setPositions(_ ids: [Int64], _ table: String) throws {
        let statement = try db.cachedStatement(sql: "UPDATE \(table) SET position = ? WHERE id = ? AND position <> ?")
        for (position, id) in ids.enumerated() { try statement.execute(arguments: [position, id, position]) }
    }
}
