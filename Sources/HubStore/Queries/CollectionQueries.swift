// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

/// A commit of a repo that no ref may reach any more.
public struct RepoCommitRow: Sendable {
    public let oid: GitOID
    /// When garbage collection first found it unreached, if it did.
    public let unreachedSince: Timestamp?
}

/// A blob that a repo brought in.
public struct RepoBlobRow: Sendable {
    public let id: BlobID
    public let addedAt: Timestamp
}

/// An object of the table of commits and trees.
public struct GitObjectRow: Sendable {
    public enum Kind: String, Sendable { case commit, tree }

    public let oid: GitOID
    public let kind: Kind
}

extension ReadTransaction {
    /// The repos after the one called `id`, at most `limit`.
    public func repoIDs(after id: Int64, limit: Int) throws -> [Int64] {
        try Int64.fetchAll(db, sql: "SELECT id FROM repo WHERE id > ? ORDER BY id LIMIT ?", arguments: [id, limit])
    }

    /// A repo's commits after `oid`, in the order of ids.
    public func commits(of repo: Int64, after oid: GitOID?, limit: Int) throws -> [RepoCommitRow] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT repo_commit.oid, gc_unreached.since
                FROM repo_commit LEFT JOIN gc_unreached
                    ON gc_unreached.repo_id = repo_commit.repo_id AND gc_unreached.oid = repo_commit.oid
                WHERE repo_commit.repo_id = ? AND repo_commit.oid > ? ORDER BY repo_commit.oid LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: [repo, oid?.data ?? Data(), limit]).map {
            RepoCommitRow(oid: try $0.oid("oid"), unreachedSince: try $0.optionalTime("since"))
        }
    }

    /// The bytes git hashes of a commit, without the header; `nil` if it is not there.
    public func commitData(_ oid: GitOID) throws -> [UInt8]? {
        let statement = try db.cachedStatement(sql: "SELECT data FROM git_object WHERE oid = ? AND kind = 'commit'")
        return try Data.fetchOne(statement, arguments: [oid.data]).map(Array.init)
    }

    /// A repo's blobs after `id`, in the order of digests.
    public func blobs(of repo: Int64, after id: BlobID?, limit: Int) throws -> [RepoBlobRow] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT sha256, added_at FROM repo_blob WHERE repo_id = ? AND sha256 > ? ORDER BY sha256 LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: [repo, id?.data ?? Data(), limit]).map {
            RepoBlobRow(id: try $0.blobID("sha256"), addedAt: try $0.time("added_at"))
        }
    }

    /// Commits and trees of all repos after `oid`.
    public func gitObjects(after oid: GitOID?, limit: Int) throws -> [GitObjectRow] {
        let statement = try db.cachedStatement(
            sql: "SELECT oid, kind FROM git_object WHERE oid > ? ORDER BY oid LIMIT ?"
        )
        return try Row.fetchAll(statement, arguments: [oid?.data ?? Data(), limit]).map {
            GitObjectRow(oid: try $0.oid("oid"), kind: try $0.choice("kind"))
        }
    }

    /// Files of all trees after `oid`.
    public func fileObjects(after oid: GitOID?, limit: Int) throws -> [FileObjectRecord] {
        let statement = try db.cachedStatement(
            sql: "SELECT \(FileObjectRecord.columns) FROM file_object WHERE oid > ? ORDER BY oid LIMIT ?"
        )
        return try Row.fetchAll(statement, arguments: [oid?.data ?? Data(), limit]).map(FileObjectRecord.init)
    }

    /// Commits that came to some repo since marking began.
    public func arrivedCommits(limit: Int) throws -> [GitOID] {
        try Row.fetchAll(db, sql: "SELECT oid FROM gc_arrived LIMIT ?", arguments: [limit]).map { try $0.oid("oid") }
    }

    /// Goes up whenever garbage collection has decided to remove bytes, and when it has removed them.
    public func collectionGeneration() throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT generation FROM gc_state")) ?? 0
    }

    /// Whether rows may now name these blobs, whose bytes were seen to be there at `generation` or later.
    public func mayRecord(_ ids: some Sequence<BlobID>, seenAt generation: Int64) throws -> Bool {
        let isCurrent = try collectionGeneration() == generation
        let condemns = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM gc_condemned)")
        )
        if isCurrent, condemns == false { return true }
        let condemned = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM gc_condemned WHERE sha256 = ?)"
        )
        for id in ids {
            // A row means that the bytes are there: both go together.
            if try blobSize(id) != nil { continue }
            if !isCurrent { return false }
            if try Bool.fetchOne(condemned, arguments: [id.data]) == true { return false }
        }
        return true
    }

    /// Whether a repo, a tree entry, an attachment, or what is made of chunks names the blob.
    public func isReferenced(_ id: BlobID) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM repo_blob WHERE sha256 = :id)
                    OR EXISTS (SELECT 1 FROM file_object WHERE sha256 = :id)
                    OR EXISTS (SELECT 1 FROM attachment WHERE sha256 = :id)
                    OR EXISTS (SELECT 1 FROM xet_xorb WHERE body = :id)
                    OR EXISTS (SELECT 1 FROM xet_file WHERE sha256 = :id)
                """
        )
        return try Bool.fetchOne(statement, arguments: ["id": id.data]) ?? true
    }
}

extension WriteTransaction {
    /// From now on commits that come to a repo are noted.
    public func beginMarking() throws {
        try db.execute(sql: "DELETE FROM gc_arrived")
        try db.execute(sql: "UPDATE gc_state SET is_marking = 1")
    }

    public func endMarking() throws {
        try db.execute(sql: "UPDATE gc_state SET is_marking = 0")
        try db.execute(sql: "DELETE FROM gc_arrived")
    }

    public func forgetArrivals(_ oids: [GitOID]) throws {
        let statement = try db.cachedStatement(sql: "DELETE FROM gc_arrived WHERE oid = ?")
        for oid in oids { try statement.execute(arguments: [oid.data]) }
    }

    /// Notes since when commits have been out of reach; those noted before keep their time.
    public func noteUnreached(_ oids: [GitOID], repo: Int64, at now: Timestamp) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO gc_unreached (repo_id, oid, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        )
        for oid in oids { try statement.execute(arguments: [repo, oid.data, now.milliseconds]) }
    }

    public func forgetUnreached(_ oids: [GitOID], repo: Int64) throws {
        let statement = try db.cachedStatement(sql: "DELETE FROM gc_unreached WHERE repo_id = ? AND oid = ?")
        for oid in oids { try statement.execute(arguments: [repo, oid.data]) }
    }

    /// Takes commits from a repo.
    public func removeCommits(_ oids: [GitOID], from repo: Int64) throws {
        let statement = try db.cachedStatement(sql: "DELETE FROM repo_commit WHERE repo_id = ? AND oid = ?")
        for oid in oids { try statement.execute(arguments: [repo, oid.data]) }
        try forgetUnreached(oids, repo: repo)
    }

    /// Takes blobs from a repo that were added to it at `cutoff` or before. Returns how many.
    public func removeBlobs(_ ids: [BlobID], from repo: Int64, addedBy cutoff: Timestamp) throws -> Int {
        let statement = try db.cachedStatement(
            sql: "DELETE FROM repo_blob WHERE repo_id = ? AND sha256 = ? AND added_at <= ?"
        )
        return try ids.reduce(0) { count, id in
            try statement.execute(arguments: [repo, id.data, cutoff.milliseconds])
            return count + db.changesCount
        }
    }

    /// Removes commits that no repo has. Returns how many.
    public func removeOrphanCommits(_ oids: [GitOID]) throws -> Int {
        let statement = try db.cachedStatement(
            sql: """
                DELETE FROM git_commit WHERE oid = :oid
                    AND NOT EXISTS (SELECT 1 FROM repo_commit WHERE oid = :oid)
                    AND NOT EXISTS (SELECT 1 FROM ref WHERE target = :oid)
                """
        )
        let object = try db.cachedStatement(sql: "DELETE FROM git_object WHERE oid = ? AND kind = 'commit'")
        return try oids.reduce(0) { count, oid in
            try statement.execute(arguments: ["oid": oid.data])
            guard db.changesCount == 1 else { return count }
            try object.execute(arguments: [oid.data])
            return count + 1
        }
    }

    public func removeTrees(_ oids: [GitOID]) throws {
        let statement = try db.cachedStatement(sql: "DELETE FROM git_object WHERE oid = ? AND kind = 'tree'")
        for oid in oids { try statement.execute(arguments: [oid.data]) }
    }

    public func removeFileObjects(_ oids: [GitOID]) throws {
        let statement = try db.cachedStatement(sql: "DELETE FROM file_object WHERE oid = ?")
        for oid in oids { try statement.execute(arguments: [oid.data]) }
    }

    /// Takes out the rows of those blobs that nothing names, and forbids new ones until ``acquit()``. Returns them.
    public func condemn(_ ids: [BlobID]) throws -> [BlobID] {
        let condemned = try ids.filter { try !read.isReferenced($0) }
        guard !condemned.isEmpty else { return [] }
        let row = try db.cachedStatement(sql: "DELETE FROM blob WHERE sha256 = ?")
        let damage = try db.cachedStatement(sql: "DELETE FROM damaged_blob WHERE sha256 = ?")
        let note = try db.cachedStatement(sql: "INSERT INTO gc_condemned (sha256) VALUES (?) ON CONFLICT DO NOTHING")
        for id in condemned {
            try row.execute(arguments: [id.data])
            try damage.execute(arguments: [id.data])
            try note.execute(arguments: [id.data])
        }
        try db.execute(sql: "UPDATE gc_state SET generation = generation + 1")
        return condemned
    }

    /// No blob is being removed any more.
    public func acquit() throws {
        try db.execute(sql: "DELETE FROM gc_condemned")
        guard db.changesCount > 0 else { return }
        try db.execute(sql: "UPDATE gc_state SET generation = generation + 1")
    }
}
