// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

/// A blob whose arrival is on record.
public struct BlobRow: Sendable {
    public let id: BlobID
    /// In bytes.
    public let size: Int64
}

/// A commit or tree with the bytes git hashes.
public struct GitObjectData: Sendable {
    public let oid: GitOID
    public let kind: GitObjectRow.Kind
    public let data: [UInt8]
}

extension ReadTransaction {
    public func blobRows(after id: BlobID?, limit: Int) throws -> [BlobRow] {
        let statement = try db.cachedStatement(
            sql: "SELECT sha256, size FROM blob WHERE sha256 > ? ORDER BY sha256 LIMIT ?"
        )
        return try Row.fetchAll(statement, arguments: [id?.data ?? Data(), limit]).map {
            BlobRow(id: try $0.blobID("sha256"), size: try $0.value("size"))
        }
    }

    /// Blobs on record, and their bytes.
    public func blobTotals() throws -> (count: Int64, bytes: Int64) {
        let row = try Row.fetchOne(db, sql: "SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM blob")
        return (try row?.value("count") ?? 0, try row?.value("bytes") ?? 0)
    }

    /// The files of trees that have this content.
    public func fileObjects(of id: BlobID) throws -> [FileObjectRecord] {
        let statement = try db.cachedStatement(
            sql: "SELECT \(FileObjectRecord.columns) FROM file_object WHERE sha256 = ?"
        )
        return try Row.fetchAll(statement, arguments: [id.data]).map(FileObjectRecord.init)
    }

    /// Commits and trees after `oid`, at most `limit` of them.
    public func gitObjectData(after oid: GitOID?, limit: Int) throws -> [GitObjectData] {
        let statement = try db.cachedStatement(
            sql: "SELECT oid, kind, data FROM git_object WHERE oid > ? ORDER BY oid LIMIT ?"
        )
        return try Row.fetchAll(statement, arguments: [oid?.data ?? Data(), limit]).map {
            GitObjectData(
                oid: try $0.oid("oid"),
                kind: try $0.choice("kind"),
                data: Array(try $0.value("data", as: Data.self))
            )
        }
    }

    public func hasTree(_ oid: GitOID) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM git_object WHERE oid = ? AND kind = 'tree')"
        )
        return try Bool.fetchOne(statement, arguments: [oid.data]) ?? false
    }

    public func hasFileObject(_ oid: GitOID) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM file_object WHERE oid = ?)")
        return try Bool.fetchOne(statement, arguments: [oid.data]) ?? false
    }

    /// Tree and first parent of a commit, as the table for walking history has them.
    public func commitLinks(_ oid: GitOID) throws -> (tree: GitOID, parent: GitOID?)? {
        let statement = try db.cachedStatement(sql: "SELECT tree, parent FROM git_commit WHERE oid = ?")
        return try Row.fetchOne(statement, arguments: [oid.data]).map {
            (try $0.oid("tree"), try $0.optionalOID("parent"))
        }
    }

    public func refCount() throws -> Int64 { try Int64.fetchOne(db, sql: "SELECT count(*) FROM ref") ?? 0 }

    /// What is wrong between tables, in words; at most `limit` of each kind.
    public func inconsistencies(limit: Int) throws -> [String] {
        var found: [String] = []
        func look(_ sql: String, _ words: (Row) throws -> String) throws {
            for row in try Row.fetchAll(db, sql: sql + " LIMIT ?", arguments: [limit]) { found.append(try words(row)) }
        }
        func text(_ row: Row, _ column: String) throws -> String { try row.value(column) }
        let name = "owner.name || '/' || repo.name AS repo"
        let join = "JOIN repo ON repo.id = repo_id JOIN account AS owner ON owner.id = repo.owner_id"
        try look(
            """
            SELECT ref.name AS ref, ref.target AS oid, \(name) FROM ref \(join)
            WHERE NOT EXISTS (
                SELECT 1 FROM repo_commit WHERE repo_commit.repo_id = ref.repo_id AND repo_commit.oid = ref.target)
            """
        ) { "\(try text($0, "ref")) of \(try text($0, "repo")) points to \(try $0.oid("oid")), not one of its commits" }
        try look(
            """
            SELECT repo_commit.oid AS oid, \(name) FROM repo_commit \(join)
            WHERE NOT EXISTS (SELECT 1 FROM git_commit WHERE git_commit.oid = repo_commit.oid)
            """
        ) { "the commit \(try $0.oid("oid")) of \(try text($0, "repo")) is missing" }
        try look(
            """
            SELECT git_commit.parent AS oid, \(name) FROM repo_commit \(join)
            JOIN git_commit ON git_commit.oid = repo_commit.oid
            WHERE git_commit.parent IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM repo_commit AS other
                WHERE other.repo_id = repo_commit.repo_id AND other.oid = git_commit.parent)
            """
        ) { "the commit \(try $0.oid("oid")) is missing from the history of \(try text($0, "repo"))" }
        try look(
            """
            SELECT git_commit.oid AS oid FROM git_commit
            WHERE NOT EXISTS (SELECT 1 FROM git_object WHERE git_object.oid = git_commit.oid AND kind = 'commit')
            """
        ) { "the bytes of the commit \(try $0.oid("oid")) are missing" }
        try look(
            """
            SELECT hex(repo_blob.sha256) AS id, \(name) FROM repo_blob \(join)
            WHERE NOT EXISTS (SELECT 1 FROM blob WHERE blob.sha256 = repo_blob.sha256)
            """
        ) { "\(try text($0, "repo")) names the blob \(try text($0, "id")), which is not on record" }
        return found
    }

    /// What SQLite itself finds wrong with the file; nothing when all is well.
    public func damage(limit: Int) throws -> [String] {
        try String.fetchAll(db, sql: "PRAGMA quick_check(\(limit))").filter { $0 != "ok" }
    }
}
