// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

/// What a scan says of a blob.
public struct ScanRecord: Sendable, Hashable {
    /// From best to worst; `queued` is none of them.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        case queued, safe, caution, suspicious, unsafe, error
    }

    public let blob: BlobID
    public let status: Status
    /// Whether some file's name says it is a pickle.
    public let isNamedPickle: Bool
    /// JSON; `nil` while queued.
    public let report: String?

    public init(blob: BlobID, status: Status, isNamedPickle: Bool, report: String?) {
        self.blob = blob
        self.status = status
        self.isNamedPickle = isNamedPickle
        self.report = report
    }

    init(_ row: Row) throws {
        blob = try row.blobID("sha256")
        status = try row.choice("status")
        isNamedPickle = try row.value("named_pickle")
        report = try row.optional("report")
    }
}

extension ReadTransaction {
    public func scan(_ blob: BlobID) throws -> ScanRecord? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM blob_scan WHERE sha256 = ?")
        return try Row.fetchOne(statement, arguments: [blob.data]).map(ScanRecord.init)
    }

    /// What is known of each blob; those that were never queued are left out.
    public func scans(_ blobs: [BlobID]) throws -> [BlobID: ScanRecord] {
        var found: [BlobID: ScanRecord] = [:]
        for blob in blobs where found[blob] == nil { found[blob] = try scan(blob) }
        return found
    }

    /// The blobs that wait longest, at most `limit`.
    public func queuedScans(limit: Int) throws -> [ScanRecord] {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM blob_scan WHERE status = 'queued' ORDER BY changed_at LIMIT ?"
        )
        return try Row.fetchAll(statement, arguments: [limit]).map(ScanRecord.init)
    }

    public func queuedScanCount() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT count(*) FROM blob_scan WHERE status = 'queued'") ?? 0
    }
}

extension WriteTransaction {
    /// Queues a blob for a scan unless it had one; one that is now named a pickle is read again as that.
    public func queueScan(_ blob: BlobID, isNamedPickle: Bool, at now: Timestamp) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO blob_scan (sha256, status, named_pickle, changed_at) VALUES (?, 'queued', ?, ?)
                ON CONFLICT DO UPDATE SET status = 'queued', named_pickle = 1, report = NULL,
                    changed_at = excluded.changed_at
                WHERE excluded.named_pickle > blob_scan.named_pickle
                """
        ).execute(arguments: [blob.data, isNamedPickle, now.milliseconds])
    }

    /// Stores what a scan found. A blob that garbage collection removed meanwhile has no row any more.
    public func storeScan(_ record: ScanRecord, at now: Timestamp) throws {
        // Queued anew as a pickle while it was read as none: that scan is still to come.
        try db.cachedStatement(
            sql: """
                UPDATE blob_scan SET status = ?, report = ?, changed_at = ? WHERE sha256 = ? AND named_pickle <= ?
                """
        ).execute(
            arguments: [
                record.status.rawValue, record.report, now.milliseconds, record.blob.data, record.isNamedPickle,
            ]
        )
    }
}
