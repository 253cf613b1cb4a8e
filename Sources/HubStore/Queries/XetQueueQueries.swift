// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    /// The file that has waited longest to be cut into chunks.
    public func nextToChunk() throws -> (domain: XetDomain, blob: BlobID, size: Int64)? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT xet_queue.domain, xet_queue.sha256, blob.size
                FROM xet_queue JOIN blob ON blob.sha256 = xet_queue.sha256
                WHERE xet_queue.failure IS NULL ORDER BY xet_queue.queued_at LIMIT 1
                """
        )
        return try Row.fetchOne(statement).map {
            (XetDomain(id: try $0.value("domain")), try $0.blobID("sha256"), try $0.value("size"))
        }
    }

    /// Files that are still to be cut into chunks.
    public func chunkQueueLength() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT count(*) FROM xet_queue WHERE failure IS NULL") ?? 0
    }
}

extension WriteTransaction {
    /// Has a file cut into chunks for a domain, unless it is already.
    public func queueChunking(_ blob: BlobID, in domain: XetDomain, at now: Timestamp) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO xet_queue (domain, sha256, queued_at)
                SELECT :domain, :blob, :now WHERE NOT EXISTS (
                    SELECT 1 FROM xet_file WHERE sha256 = :blob AND domain = :domain)
                ON CONFLICT DO UPDATE SET failure = NULL
                """
        ).execute(arguments: ["domain": domain.id, "blob": blob.data, "now": now.milliseconds])
    }

    public func removeFromChunkQueue(_ blob: BlobID, in domain: XetDomain) throws {
        try db.cachedStatement(sql: "DELETE FROM xet_queue WHERE domain = ? AND sha256 = ?").execute(
            arguments: [domain.id, blob.data]
        )
    }

    /// Keeps a file that could not be read from being tried again and again; a push of it tries once more.
    public func noteChunkingFailure(_ blob: BlobID, in domain: XetDomain, _ failure: String) throws {
        try db.cachedStatement(sql: "UPDATE xet_queue SET failure = ? WHERE domain = ? AND sha256 = ?").execute(
            arguments: [failure, domain.id, blob.data]
        )
    }
}
