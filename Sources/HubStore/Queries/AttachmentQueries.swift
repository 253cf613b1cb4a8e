// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// A picture, video or sound that belongs to no repo.
public struct AttachmentRecord: Sendable {
    public let blob: BlobID
    public let mediaType: String
    public let size: Int64
}

extension ReadTransaction {
    /// - Parameter publicID: 40 hex digits.
    public func attachment(_ publicID: String) throws -> AttachmentRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT sha256, media_type, size FROM attachment WHERE public_id = ?"
        )
        return try Row.fetchOne(statement, arguments: [publicID]).map { row in
            AttachmentRecord(
                blob: try row.blobID("sha256"),
                mediaType: try row.value("media_type"),
                size: try row.value("size")
            )
        }
    }

    /// Bytes of all that an account has attached.
    public func attachedBytes(ofAccount account: Int64) throws -> Int64 {
        try Int64.fetchOne(
            db,
            sql: "SELECT coalesce(sum(size), 0) FROM attachment WHERE account_id = ?",
            arguments: [account]
        ) ?? 0
    }
}

extension WriteTransaction {
    public func insertAttachment(
        publicID: String,
        account: Int64,
        blob: BlobID,
        mediaType: String,
        size: Int64,
        at now: Timestamp
    ) throws {
        try recordBlob(blob, size: size, at: now)
        try db.execute(
            sql: """
                INSERT INTO attachment (public_id, account_id, sha256, media_type, size, created_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [publicID, account, blob.data, mediaType, size, now.milliseconds]
        )
    }
}
