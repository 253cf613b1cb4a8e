// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    /// The repo of that id, whoever may see it: callers check.
    public func repo(_ kind: RepoKind, _ id: RepoID) throws -> RepoRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(RepoRecord.columns) FROM \(RepoRecord.source)
                WHERE repo.kind = ? AND owner.name_key = ? AND repo.name_key = ?
                """
        )
        return try Row.fetchOne(statement, arguments: [kind.rawValue, id.namespace.key, id.nameKey])
            .map(RepoRecord.init)
    }

    /// The repo that had this name last, unless it was deleted.
    public func movedRepo(_ kind: RepoKind, _ id: RepoID) throws -> RepoRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(RepoRecord.columns) FROM \(RepoRecord.source)
                JOIN former_name ON former_name.repo_id = repo.id
                WHERE former_name.kind = ? AND former_name.namespace_key = ? AND former_name.name_key = ?
                """
        )
        return try Row.fetchOne(statement, arguments: [kind.rawValue, id.namespace.key, id.nameKey])
            .map(RepoRecord.init)
    }

    /// - Parameter publicID: 24 hex digits.
    public func repo(publicID: String) throws -> RepoRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(RepoRecord.columns) FROM \(RepoRecord.source) WHERE repo.public_id = ?"
        )
        return try Row.fetchOne(statement, arguments: [publicID]).map(RepoRecord.init)
    }

    public func repo(id: Int64) throws -> RepoRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(RepoRecord.columns) FROM \(RepoRecord.source) WHERE repo.id = ?"
        )
        return try Row.fetchOne(statement, arguments: [id]).map(RepoRecord.init)
    }

    public func repoCount() throws -> Int64 { try Int64.fetchOne(db, sql: "SELECT count(*) FROM repo") ?? 0 }

    public func isLiked(repo: Int64, by account: Int64) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM repo_like WHERE account_id = ? AND repo_id = ?)",
            arguments: [account, repo]
        ) ?? false
    }

    /// Bytes of all the blobs that some commit or upload of the repo brought in, each counted once.
    public func usedStorage(repo: Int64) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT bytes FROM repo_storage WHERE repo_id = ?")
        return try Int64.fetchOne(statement, arguments: [repo]) ?? 0
    }
}

extension WriteTransaction {
    /// - Throws: ``HubError/Code/conflict`` if the owner has one of that kind and name, in any case.
    public func insertRepo(
        publicID: String,
        kind: RepoKind,
        owner: AccountRecord,
        creator: Int64,
        name: RepoID,
        visibility: Visibility,
        sdk: String?,
        at now: Timestamp
    ) throws -> RepoRecord {
        try db.execute(
            sql: """
                INSERT INTO repo
                    (public_id, kind, owner_id, creator_id, name, name_key, visibility, sdk, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
            arguments: [
                publicID, kind.rawValue, owner.id, creator, name.name, name.nameKey, visibility.rawValue, sdk,
                now.milliseconds, now.milliseconds,
            ]
        )
        guard db.changesCount == 1, let repo = try read.repo(id: db.lastInsertedRowID) else {
            throw HubError(.conflict, "You already created this \(kind.rawValue) repo")
        }
        // A name that is taken again leads nowhere else.
        try forgetFormerName(kind, name)
        return repo
    }

    /// Deletes the repo with all that hangs on it; its blobs stay for garbage collection.
    public func deleteRepo(id: Int64) throws {
        try db.execute(sql: "DELETE FROM repo_name_search WHERE rowid = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM repo_text_search WHERE rowid = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM repo WHERE id = ?", arguments: [id])
    }

    /// Gives a repo another name, owner included, and remembers the one it had.
    /// - Throws: ``HubError/Code/conflict`` if another repo of that kind is called so, in any case.
    public func renameRepo(_ repo: RepoRecord, to name: RepoID, owner: AccountRecord, at now: Timestamp) throws {
        let former = try RepoID(repo.fullName)
        if let other = try read.repo(repo.kind, name), other.id != repo.id {
            throw HubError(.conflict, "A \(repo.kind.rawValue) repository called \(name) already exists")
        }
        try db.execute(
            sql: "UPDATE repo SET owner_id = ?, name = ?, name_key = ?, updated_at = ? WHERE id = ?",
            arguments: [owner.id, name.name, name.nameKey, now.milliseconds, repo.id]
        )
        try forgetFormerName(repo.kind, name)
        if (former.namespace.key, former.nameKey) != (name.namespace.key, name.nameKey) {
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO former_name (kind, namespace_key, name_key, repo_id, moved_at)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [repo.kind.rawValue, former.namespace.key, former.nameKey, repo.id, now.milliseconds]
            )
        }
        for table in ["repo_name_search", "repo_text_search"] {
            let full = "\(owner.name)/\(name.name)"
            try db.execute(sql: "UPDATE \(table) SET id = ? WHERE rowid = ?", arguments: [full, repo.id])
        }
    }

    private func forgetFormerName(_ kind: RepoKind, _ name: RepoID) throws {
        try db.execute(
            sql: "DELETE FROM former_name WHERE kind = ? AND namespace_key = ? AND name_key = ?",
            arguments: [kind.rawValue, name.namespace.key, name.nameKey]
        )
    }

    /// Gives a repo the refs, commits and blobs of another; nothing is copied but rows.
    public func copyHistory(from source: Int64, to target: Int64, at now: Timestamp) throws {
        try db.execute(
            sql: "INSERT INTO repo_commit (repo_id, oid) SELECT ?, oid FROM repo_commit WHERE repo_id = ?",
            arguments: [target, source]
        )
        try db.execute(
            sql: """
                INSERT INTO ref (repo_id, name, target, message, updated_at, tag_oid, tag_data)
                SELECT ?, name, target, message, ?, tag_oid, tag_data FROM ref WHERE repo_id = ? AND name NOT LIKE 'refs/pr/%'
                """,
            arguments: [target, now.milliseconds, source]
        )
        try db.execute(
            sql:
                "INSERT INTO repo_blob (repo_id, sha256, added_at) SELECT ?, sha256, ? FROM repo_blob WHERE repo_id = ?",
            arguments: [target, now.milliseconds, source]
        )
    }

    public func touchRepo(id: Int64, at now: Timestamp) throws {
        try db.execute(sql: "UPDATE repo SET updated_at = ? WHERE id = ?", arguments: [now.milliseconds, id])
    }

    /// Changes what is given, leaves the rest.
    public func updateRepo(
        id: Int64,
        visibility: Visibility?,
        gated: Gating??,
        discussionsDisabled: Bool? = nil
    ) throws {
        if let discussionsDisabled {
            try db.execute(
                sql: "UPDATE repo SET discussions_disabled = ? WHERE id = ?",
                arguments: [discussionsDisabled, id]
            )
        }
        if let visibility {
            try db.execute(sql: "UPDATE repo SET visibility = ? WHERE id = ?", arguments: [visibility.rawValue, id])
        }
        if let gated {
            try db.execute(sql: "UPDATE repo SET gated = ? WHERE id = ?", arguments: [gated?.rawValue, id])
        }
    }
}
