// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// An upload in parts that has not been finished.
public struct PartialUploadRecord: Sendable, Hashable {
    /// `alice/vit`
    public let repo: String
    public let kind: RepoKind
    public let content: BlobID
    public let parts: Int64
    /// When the last part came in.
    public let updatedAt: Timestamp
}

/// A blob that was found not to be what it was.
public struct DamageRecord: Sendable, Hashable {
    public let content: BlobID
    public let reason: String
    public let foundAt: Timestamp
    /// Some of the repos that have it.
    public let repos: [String]
}

/// What lies in the blob store.
public struct StorageTotals: Sendable, Hashable {
    public let blobs: Int64
    /// Bytes on the disk.
    public let stored: Int64
    /// Bytes of all repos' files, each counted in full for each repo.
    public let logical: Int64
}

extension ReadTransaction {
    public func storageTotals() throws -> StorageTotals {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT (SELECT count(*) FROM blob) AS blobs,
                    (SELECT coalesce(sum(size), 0) FROM blob WHERE NOT EXISTS (
                        SELECT 1 FROM xet_file WHERE xet_file.sha256 = blob.sha256
                    ) OR EXISTS (SELECT 1 FROM xet_xorb WHERE body = blob.sha256)) AS stored,
                    (SELECT coalesce(sum(bytes), 0) FROM repo_storage) AS logical
                """
        )
        return StorageTotals(
            blobs: try row?.value("blobs") ?? 0,
            stored: try row?.value("stored") ?? 0,
            logical: try row?.value("logical") ?? 0
        )
    }

    /// Repos by what their files have together, the largest first, from the `offset`th on.
    public func largestRepos(offset: Int, limit: Int) throws -> [RepoRecord] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(RepoRecord.columns)
                FROM \(RepoRecord.source) LEFT JOIN repo_storage ON repo_storage.repo_id = repo.id
                ORDER BY coalesce(repo_storage.bytes, 0) DESC, repo.id LIMIT ? OFFSET ?
                """,
            arguments: [limit, offset]
        ).map(RepoRecord.init)
    }

    /// Uploads in parts that were not finished, the latest first.
    public func partialUploads(limit: Int) throws -> [PartialUploadRecord] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT account.name || '/' || repo.name AS full_name, repo.kind, lfs_part.sha256,
                    count(*) AS parts, max(lfs_part.created_at) AS updated_at
                FROM lfs_part JOIN repo ON repo.id = lfs_part.repo_id JOIN account ON account.id = repo.owner_id
                GROUP BY lfs_part.repo_id, lfs_part.sha256 ORDER BY updated_at DESC LIMIT ?
                """,
            arguments: [limit]
        ).map {
            PartialUploadRecord(
                repo: try $0.value("full_name"),
                kind: try $0.choice("kind"),
                content: try $0.blobID("sha256"),
                parts: try $0.value("parts"),
                updatedAt: try $0.time("updated_at")
            )
        }
    }

    /// Blobs on record as damaged, the latest first.
    public func damagedBlobs(limit: Int) throws -> [DamageRecord] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT sha256, reason, found_at FROM damaged_blob ORDER BY found_at DESC, sha256 LIMIT ?",
            arguments: [limit]
        )
        return try rows.map { row in
            let content = try row.blobID("sha256")
            return DamageRecord(
                content: content,
                reason: try row.value("reason"),
                foundAt: try row.time("found_at"),
                repos: try String.fetchAll(
                    db,
                    sql: """
                        SELECT account.name || '/' || repo.name FROM repo_blob JOIN repo ON repo.id = repo_blob.repo_id
                        JOIN account ON account.id = repo.owner_id WHERE repo_blob.sha256 = ? LIMIT 10
                        """,
                    arguments: [content.data]
                )
            )
        }
    }

    /// Acts before the one called `id`, the latest first, at most `limit`.
    public func audit(before id: Int64, matching filter: AuditFilter, limit: Int) throws -> [AuditRecord] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(AuditRecord.columns) FROM audit
                WHERE id < ? AND created_at >= coalesce(?, created_at)
                    AND lower(coalesce(actor, '')) = coalesce(lower(?), lower(coalesce(actor, '')))
                    AND (? IS NULL OR action = ? OR substr(action, 1, length(?) + 1) = ? || '.')
                ORDER BY id DESC LIMIT ?
                """,
            arguments: [
                id, filter.since?.milliseconds, filter.actor, filter.action, filter.action, filter.action,
                filter.action, limit,
            ]
        ).map(AuditRecord.init)
    }
}
