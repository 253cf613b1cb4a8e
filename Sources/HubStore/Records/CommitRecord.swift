// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

/// A commit, as walking history needs it.
public struct CommitRecord: Sendable, Hashable {
    public let oid: GitOID
    public let tree: GitOID
    /// The first parent.
    public let parent: GitOID?
    /// Commits from the root to this one, along first parents.
    public let depth: Int64
    public let committedAt: Timestamp
    /// The author's account name.
    public let author: String
    public let title: String
    /// What follows the title.
    public let message: String

    static let columns = "oid, tree, parent, depth, committed_at, author, title, message"

    public init(
        oid: GitOID,
        tree: GitOID,
        parent: GitOID?,
        depth: Int64,
        committedAt: Timestamp,
        author: String,
        title: String,
        message: String
    ) {
        self.oid = oid
        self.tree = tree
        self.parent = parent
        self.depth = depth
        self.committedAt = committedAt
        self.author = author
        self.title = title
        self.message = message
    }

    init(_ row: Row) throws {
        oid = try row.oid("oid")
        tree = try row.oid("tree")
        parent = try row.optionalOID("parent")
        depth = try row.value("depth")
        committedAt = try row.time("committed_at")
        author = try row.value("author")
        title = try row.value("title")
        message = try row.value("message")
    }
}

/// A branch, tag or other ref.
public struct RefRecord: Sendable, Hashable {
    /// In full: `refs/heads/main`.
    public let name: String
    /// The commit.
    public let target: GitOID
    /// The annotated tag that the ref names, and that names the commit.
    public let tag: GitOID?

    /// What git takes the ref for: the tag, or the commit.
    public var oid: GitOID { tag ?? target }

    static let columns = "name, target, tag_oid"

    public init(name: String, target: GitOID, tag: GitOID?) {
        self.name = name
        self.target = target
        self.tag = tag
    }

    init(_ row: Row) throws {
        name = try row.value("name")
        target = try row.oid("target")
        tag = try row.optionalOID("tag_oid")
    }
}

/// An annotated tag.
public struct GitTagRecord: Sendable, Hashable {
    public let oid: GitOID
    /// The commit that it names.
    public let target: GitOID
    /// The bytes git hashes, without the header.
    public let data: [UInt8]

    public init(oid: GitOID, target: GitOID, data: [UInt8]) {
        self.oid = oid
        self.target = target
        self.data = data
    }

    init(_ row: Row) throws {
        oid = try row.oid("tag_oid")
        target = try row.oid("target")
        data = Array(try row.value("tag_data", as: Data.self))
    }
}
