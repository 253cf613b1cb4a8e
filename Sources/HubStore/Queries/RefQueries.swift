// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

extension ReadTransaction {
    /// - Parameter name: in full, `refs/heads/main`.
    public func ref(repo: Int64, name: String) throws -> RefRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(RefRecord.columns) FROM ref WHERE repo_id = ? AND name = ?"
        )
        return try Row.fetchOne(statement, arguments: [repo, name]).map(RefRecord.init)
    }

    /// All refs of a repo, by name.
    public func refs(repo: Int64) throws -> [RefRecord] {
        let statement = try db.cachedStatement(
            sql: "SELECT \(RefRecord.columns) FROM ref WHERE repo_id = ? ORDER BY name"
        )
        return try Row.fetchAll(statement, arguments: [repo]).map(RefRecord.init)
    }

    /// The annotated tags of a repo that have one of these ids.
    public func tags(_ oids: Set<GitOID>, repo: Int64) throws -> [GitTagRecord] {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT tag_oid, target, tag_data FROM ref WHERE repo_id = ? AND tag_oid IS NOT NULL ORDER BY name",
            arguments: [repo]
        )
        var found: [GitTagRecord] = []
        while let row = try rows.next() {
            let tag = try GitTagRecord(row)
            if oids.contains(tag.oid), !found.contains(where: { $0.oid == tag.oid }) { found.append(tag) }
        }
        return found
    }
}

extension WriteTransaction {
    /// Moves, makes (`old` is `nil`) or removes (`new` is `nil`) a ref, if it is still where the caller saw it.
    /// - Parameter tag: the annotated tag that the ref is to name; it points to `new`.
    /// - Throws: ``HubError/Code/preconditionFailed`` if it is elsewhere by now.
    public func compareAndSwapRef(
        repo: Int64,
        name: String,
        from old: GitOID?,
        to new: GitOID?,
        message: String? = nil,
        tag: GitTagRecord? = nil,
        at now: Timestamp
    ) throws {
        guard try read.ref(repo: repo, name: name)?.target == old else {
            throw HubError(
                .preconditionFailed,
                "The branch was updated since you opened this page. Please refresh and try again."
            )
        }
        guard let new else {
            try db.execute(sql: "DELETE FROM ref WHERE repo_id = ? AND name = ?", arguments: [repo, name])
            return
        }
        try db.execute(
            sql: """
                INSERT INTO ref (repo_id, name, target, message, updated_at, tag_oid, tag_data)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET target = excluded.target, updated_at = excluded.updated_at,
                    tag_oid = excluded.tag_oid, tag_data = excluded.tag_data
                """,
            arguments: [
                repo, name, new.data, message, now.milliseconds, tag?.oid.data, tag.map { Data($0.data) },
            ]
        )
    }
}
