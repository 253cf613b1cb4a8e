// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
import HubCore

/// What a repo's contents take on the disk, in bytes.
public struct DedupRecord: Sendable, Hashable {
    /// Its files, each counted in full.
    public let logical: Int64
    /// The stored bytes they are made of, each counted once.
    public let stored: Int64
    /// Those of them that no other repo uses: what deleting the repo would free.
    public let unique: Int64
}

extension ReadTransaction {
    public func dedup(ofRepo id: Int64) throws -> DedupRecord {
        // A content lies in one blob of its own, or in those of its xorbs, which count in full.
        let row = try Row.fetchOne(
            db,
            sql: """
                WITH content AS (
                    SELECT repo_blob.sha256, blob.size,
                        EXISTS (SELECT 1 FROM xet_file WHERE sha256 = repo_blob.sha256)
                        AND NOT EXISTS (SELECT 1 FROM xet_xorb WHERE body = repo_blob.sha256) AS is_chunked
                    FROM repo_blob JOIN blob ON blob.sha256 = repo_blob.sha256 WHERE repo_blob.repo_id = :repo
                ), piece AS (
                    SELECT sha256 AS body FROM content WHERE NOT is_chunked
                    UNION
                    SELECT xet_xorb.body FROM content JOIN xet_file ON xet_file.sha256 = content.sha256
                    JOIN xet_term ON xet_term.file_id = xet_file.id JOIN xet_xorb ON xet_xorb.id = xet_term.xorb_id
                    WHERE content.is_chunked
                ), used AS (
                    SELECT blob.size, EXISTS (
                        SELECT 1 FROM repo_blob WHERE sha256 = piece.body AND repo_id <> :repo
                        UNION ALL
                        SELECT 1 FROM xet_xorb JOIN xet_term ON xet_term.xorb_id = xet_xorb.id
                        JOIN xet_file ON xet_file.id = xet_term.file_id
                        JOIN repo_blob ON repo_blob.sha256 = xet_file.sha256
                        WHERE xet_xorb.body = piece.body AND repo_blob.repo_id <> :repo
                    ) AS is_shared
                    FROM piece JOIN blob ON blob.sha256 = piece.body
                )
                SELECT (SELECT coalesce(sum(size), 0) FROM content) AS logical,
                    (SELECT coalesce(sum(size), 0) FROM used) AS stored,
                    (SELECT coalesce(sum(size), 0) FROM used WHERE NOT is_shared) AS only
                """,
            arguments: ["repo": id]
        )
        return DedupRecord(
            logical: try row?.value("logical") ?? 0,
            stored: try row?.value("stored") ?? 0,
            unique: try row?.value("only") ?? 0
        )
    }

    /// The repos after the one with the number `id`, at most `limit`.
    public func repos(after id: Int64, limit: Int) throws -> [RepoRecord] {
        try Row.fetchAll(
            db,
            sql: "SELECT \(RepoRecord.columns) FROM \(RepoRecord.source) WHERE repo.id > ? ORDER BY repo.id LIMIT ?",
            arguments: [id, limit]
        ).map(RepoRecord.init)
    }
}
