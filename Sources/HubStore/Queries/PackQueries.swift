// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

/// What packs are made of: objects as bytes, by the thousand.
extension ReadTransaction {
    /// Calls `body` with the bytes git hashes of a commit or tree, without the header; they are gone when it returns.
    /// - Returns: `nil` if there is no such object.
    public func withGitObject<Value>(
        _ oid: GitOID,
        _ kind: GitObjectRow.Kind,
        _ body: (UnsafeRawBufferPointer) throws -> Value
    ) throws -> Value? {
        let statement = try db.cachedStatement(sql: "SELECT data FROM git_object WHERE oid = ? AND kind = ?")
        let rows = try Row.fetchCursor(statement, arguments: [oid.data, kind.rawValue])
        return try rows.next().map { row in
            try row.withUnsafeData(atIndex: 0) { data in try (data ?? Data()).withUnsafeBytes(body) }
        }
    }

    /// Whether the repo has the commit.
    public func repoHasCommit(repo: Int64, _ oid: GitOID) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM repo_commit WHERE repo_id = ? AND oid = ?)"
        )
        return try Bool.fetchOne(statement, arguments: [repo, oid.data]) ?? false
    }

    /// What a file of this repo stands for; `nil` if the repo has no file of that id.
    public func fileObject(_ oid: GitOID, repo: Int64) throws -> FileObjectRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(FileObjectRecord.columns) FROM file_object WHERE oid = ? AND EXISTS (
                    SELECT 1 FROM repo_blob WHERE repo_blob.repo_id = ? AND repo_blob.sha256 = file_object.sha256
                )
                """
        )
        return try Row.fetchOne(statement, arguments: [oid.data, repo]).map(FileObjectRecord.init)
    }
}
