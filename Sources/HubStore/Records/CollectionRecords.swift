// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// A list of repos, papers and other collections, with its owner.
public struct CollectionRecord: Sendable {
    public let id: Int64
    /// 24 hex digits: the end of its slug.
    public let publicID: String
    public let owner: AccountRecord
    public let title: String
    /// The title as addresses have it.
    public let titleSlug: String
    public let description: String?
    public let theme: String
    public let isPrivate: Bool
    public let position: Int64
    public let upvotes: Int64
    public let updatedAt: Timestamp

    /// `namespace/title-0123…`
    public var slug: String { "\(owner.name)/\(titleSlug)-\(publicID)" }

    static let columns = """
        collection.id AS collection_id, collection.public_id AS collection_public_id, collection.title,
        collection.slug, collection.description, collection.theme, collection.is_private, collection.position,
        collection.upvotes, collection.updated_at, owner.*
        """
    static let source = "collection JOIN account AS owner ON owner.id = collection.owner_id"

    init(_ row: Row) throws {
        id = try row.value("collection_id")
        publicID = try row.value("collection_public_id")
        owner = try AccountRecord(row)
        title = try row.value("title")
        titleSlug = try row.value("slug")
        description = try row.optional("description")
        theme = try row.value("theme")
        isPrivate = try row.value("is_private")
        position = try row.value("position")
        upvotes = try row.value("upvotes")
        updatedAt = try row.time("updated_at")
    }
}

/// One thing in a collection.
public struct CollectionItemRecord: Sendable {
    /// What it is; ids are those of rows.
    public enum Target: Sendable, Hashable {
        case repo(Int64)
        case collection(Int64)
        case paper(String)
    }

    public let id: Int64
    /// 24 hex digits.
    public let publicID: String
    public let target: Target
    public let note: String?
    public let position: Int64

    init(_ row: Row) throws {
        id = try row.value("id")
        publicID = try row.value("public_id")
        if let repo = try row.optional("repo_id", as: Int64.self) {
            target = .repo(repo)
        } else if let other = try row.optional("other_id", as: Int64.self) {
            target = .collection(other)
        } else {
            target = .paper(try row.value("paper"))
        }
        note = try row.optional("note")
        position = try row.value("position")
    }
}
