// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

extension ReadTransaction {
    /// The bytes git hashes of a tree, without the header. The caller got `oid` from a commit of a repo the viewer sees.
    /// - Throws: ``HubError/Code/corrupt`` if it is not there.
    public func treeData(_ oid: GitOID) throws -> [UInt8] {
        let statement = try db.cachedStatement(sql: "SELECT data FROM git_object WHERE oid = ? AND kind = 'tree'")
        guard let data = try Data.fetchOne(statement, arguments: [oid.data]) else {
            throw HubError(.corrupt, "The tree \(oid) is missing from the metadata database")
        }
        return Array(data)
    }

    /// A commit, but only if the repo has it.
    public func commit(_ oid: GitOID, in repo: Int64) throws -> CommitRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(CommitRecord.columns) FROM git_commit
                WHERE oid = ? AND EXISTS (
                    SELECT 1 FROM repo_commit WHERE repo_commit.repo_id = ? AND repo_commit.oid = git_commit.oid
                )
                """
        )
        return try Row.fetchOne(statement, arguments: [oid.data, repo]).map(CommitRecord.init)
    }

    /// The repo's commits whose ids begin with these hex digits, at most two: enough to tell whether it is the one.
    public func commits(in repo: Int64, prefix: String) throws -> [GitOID] {
        let low = prefix + String(repeating: "0", count: max(0, 40 - prefix.utf8.count))
        let high = prefix + String(repeating: "f", count: max(0, 40 - prefix.utf8.count))
        guard let lowest = GitOID(hex: low), let highest = GitOID(hex: high) else { return [] }
        let statement = try db.cachedStatement(
            sql: "SELECT oid FROM repo_commit WHERE repo_id = ? AND oid BETWEEN ? AND ? LIMIT 2"
        )
        return try Row.fetchAll(statement, arguments: [repo, lowest.data, highest.data]).map { try $0.oid("oid") }
    }

    /// What the oids of files in trees stand for; unknown ones are left out.
    public func fileObjects(_ oids: some Collection<GitOID>) throws -> [GitOID: FileObjectRecord] {
        let statement = try db.cachedStatement(
            sql: "SELECT \(FileObjectRecord.columns) FROM file_object WHERE oid = ?"
        )
        var found: [GitOID: FileObjectRecord] = [:]
        for oid in oids where found[oid] == nil {
            if let row = try Row.fetchOne(statement, arguments: [oid.data]) { found[oid] = try FileObjectRecord(row) }
        }
        return found
    }
}

extension WriteTransaction {
    public func insertTree(_ oid: GitOID, data: [UInt8]) throws {
        try db.cachedStatement(
            sql: "INSERT INTO git_object (oid, kind, data) VALUES (?, 'tree', ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [oid.data, Data(data)])
    }

    /// Stores a commit and makes it one of the repo's.
    /// - Parameter data: the bytes git hashes, without the header.
    public func insertCommit(_ commit: CommitRecord, data: [UInt8], repo: Int64) throws {
        try db.execute(
            sql: "INSERT INTO git_object (oid, kind, data) VALUES (?, 'commit', ?) ON CONFLICT DO NOTHING",
            arguments: [commit.oid.data, Data(data)]
        )
        try db.execute(
            sql: """
                INSERT INTO git_commit (oid, tree, parent, depth, committed_at, author, title, message)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
            arguments: [
                commit.oid.data, commit.tree.data, commit.parent?.data, commit.depth, commit.committedAt.milliseconds,
                commit.author, commit.title, commit.message,
            ]
        )
        try db.execute(
            sql: "INSERT INTO repo_commit (repo_id, oid) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [repo, commit.oid.data]
        )
    }

    public func insertFileObject(_ file: FileObjectRecord) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO file_object (oid, sha256, size, pointer_size) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [file.oid.data, file.sha256.data, file.size, file.pointerSize])
    }
}
