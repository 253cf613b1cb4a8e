// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

extension ReadTransaction {
    public func xetFile(_ hash: XetHash, in domain: XetDomain) throws -> XetFileRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(XetFileRecord.columns) FROM xet_file WHERE domain = ? AND hash = ?"
        )
        return try Row.fetchOne(statement, arguments: [domain.id, hash.data]).map(XetFileRecord.init)
    }

    /// How a blob is made of chunks, where it is; the domain's own way before others'.
    public func xetFile(of blob: BlobID, preferring domain: XetDomain? = nil) throws -> XetFileRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(XetFileRecord.columns) FROM xet_file WHERE sha256 = ? ORDER BY domain = ? DESC, id LIMIT 1
                """
        )
        return try Row.fetchOne(statement, arguments: [blob.data, domain?.id ?? -1]).map(XetFileRecord.init)
    }

    /// The file with that hash whose content a repo has. Knowing the hash is not a right to it.
    public func xetFile(
        _ hash: XetHash,
        inRepo repo: Int64,
        preferring domain: XetDomain
    ) throws -> XetFileRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(XetFileRecord.columns) FROM xet_file
                JOIN repo_blob ON repo_blob.sha256 = xet_file.sha256 AND repo_blob.repo_id = ?
                WHERE xet_file.hash = ? ORDER BY xet_file.domain = ? DESC, xet_file.id LIMIT 1
                """
        )
        return try Row.fetchOne(statement, arguments: [repo, hash.data, domain.id]).map(XetFileRecord.init)
    }

    /// The hashes of those blobs that are made of chunks.
    public func xetHashes(of blobs: some Sequence<BlobID>) throws -> [BlobID: XetHash] {
        let statement = try db.cachedStatement(sql: "SELECT hash FROM xet_file WHERE sha256 = ? ORDER BY id LIMIT 1")
        var hashes: [BlobID: XetHash] = [:]
        for blob in blobs where hashes[blob] == nil {
            guard let row = try Row.fetchOne(statement, arguments: [blob.data]) else { continue }
            hashes[blob] = try row.xetHash("hash")
        }
        return hashes
    }

    /// A file's terms from the one that holds the byte at `offset`, at most `limit`.
    public func xetTerms(of file: Int64, from offset: Int64, limit: Int) throws -> [XetTermRecord] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT start, size, xorb_id, first_chunk, end_chunk FROM xet_term
                WHERE file_id = :file AND start >= coalesce(
                    (SELECT max(start) FROM xet_term WHERE file_id = :file AND start <= :offset), 0)
                ORDER BY start LIMIT :limit
                """
        )
        return try Row.fetchAll(statement, arguments: ["file": file, "offset": offset, "limit": limit]).map(
            XetTermRecord.init
        )
    }

    public func xetFiles(after id: Int64, limit: Int) throws -> [XetFileRecord] {
        let statement = try db.cachedStatement(
            sql: "SELECT \(XetFileRecord.columns) FROM xet_file WHERE id > ? ORDER BY id LIMIT ?"
        )
        return try Row.fetchAll(statement, arguments: [id, limit]).map(XetFileRecord.init)
    }

    /// Blobs that the first terms of a file lie in.
    /// - Parameter limit: terms that are looked at.
    public func bodies(ofFile id: Int64, limit: Int) throws -> [(xorb: XetHash, body: BlobID)] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT DISTINCT xet_xorb.hash, xet_xorb.body
                FROM (SELECT xorb_id FROM xet_term WHERE file_id = ? ORDER BY start LIMIT ?) AS term
                JOIN xet_xorb ON xet_xorb.id = term.xorb_id
                """
        )
        return try Row.fetchAll(statement, arguments: [id, limit]).map { row in
            (try row.xetHash("hash"), try row.blobID("body"))
        }
    }

    /// The xorbs a file is made of, each once.
    public func xorbs(ofFile id: Int64) throws -> [Int64] {
        let statement = try db.cachedStatement(sql: "SELECT DISTINCT xorb_id FROM xet_term WHERE file_id = ?")
        return try Int64.fetchAll(statement, arguments: [id])
    }

    /// Whether a repo, a tree entry or an attachment names the blob, whatever is made of its chunks.
    public func isWanted(_ id: BlobID) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM repo_blob WHERE sha256 = :id)
                    OR EXISTS (SELECT 1 FROM file_object WHERE sha256 = :id)
                    OR EXISTS (SELECT 1 FROM attachment WHERE sha256 = :id)
                """
        )
        return try Bool.fetchOne(statement, arguments: ["id": id.data]) ?? true
    }

    /// When the blob last came to a repo, or `nil` if none has it.
    public func arrivalInRepos(_ id: BlobID) throws -> Timestamp? {
        let statement = try db.cachedStatement(sql: "SELECT max(added_at) FROM repo_blob WHERE sha256 = ?")
        return try Int64.fetchOne(statement, arguments: [id.data]).map(Timestamp.init(milliseconds:))
    }

    /// Whether the blob can be put together from chunks that lie in other blobs: then its own bytes are a second copy.
    public func isMadeOfOtherBlobs(_ id: BlobID) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM xet_file WHERE sha256 = :id AND NOT EXISTS (
                        SELECT 1 FROM xet_term JOIN xet_xorb ON xet_xorb.id = xet_term.xorb_id
                        WHERE xet_term.file_id = xet_file.id AND (xet_xorb.body = :id
                            OR EXISTS (SELECT 1 FROM damaged_blob WHERE sha256 = xet_xorb.body))))
                    AND NOT EXISTS (SELECT 1 FROM xet_xorb WHERE body = :id)
                """
        )
        return try Bool.fetchOne(statement, arguments: ["id": id.data]) ?? false
    }

    /// The contents that cannot be read without this blob's bytes.
    public func blobs(madeOf body: BlobID) throws -> [BlobID] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT DISTINCT xet_file.sha256 FROM xet_xorb
                JOIN xet_term ON xet_term.xorb_id = xet_xorb.id JOIN xet_file ON xet_file.id = xet_term.file_id
                WHERE xet_xorb.body = ? AND xet_file.sha256 <> xet_xorb.body
                """
        )
        return try Row.fetchAll(statement, arguments: [body.data]).map { try $0.blobID("sha256") }
    }

    /// The domains that have xorbs in this blob.
    public func xetDomains(of body: BlobID) throws -> [XetDomain] {
        try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT DISTINCT domain FROM xet_xorb WHERE body = ?"),
            arguments: [body.data]
        ).map(XetDomain.init(id:))
    }
}

extension WriteTransaction {
    /// Records a file; one that is there already keeps its terms unless `replacing`, or the new ones are fewer.
    public func storeXetFile(
        _ hash: XetHash,
        in domain: XetDomain,
        blob: BlobID,
        size: Int64,
        terms: [XetTermRecord],
        replacing: Bool = false,
        at now: Timestamp
    ) throws {
        let id: Int64
        if let existing = try read.xetFile(hash, in: domain) {
            guard existing.sha256 == blob, existing.size == size else {
                throw HubError(.corrupt, "The file \(hash) is on record with another content")
            }
            id = existing.id
            let count = try Int.fetchOne(
                db.cachedStatement(sql: "SELECT count(*) FROM xet_term WHERE file_id = ?"),
                arguments: [id]
            )
            guard replacing || terms.count < count ?? 0 else { return }
            try db.cachedStatement(sql: "DELETE FROM xet_term WHERE file_id = ?").execute(arguments: [id])
        } else {
            try db.cachedStatement(
                sql: "INSERT INTO xet_file (domain, hash, sha256, size, created_at) VALUES (?, ?, ?, ?, ?)"
            ).execute(arguments: [domain.id, hash.data, blob.data, size, now.milliseconds])
            id = db.lastInsertedRowID
        }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO xet_term (file_id, start, size, xorb_id, first_chunk, end_chunk) VALUES (?, ?, ?, ?, ?, ?)
                """
        )
        for term in terms {
            try statement.execute(arguments: [
                id, term.start, term.size, term.xorb, term.chunks.lowerBound, term.chunks.upperBound,
            ])
        }
    }

    /// Forgets how a blob that nobody wants is made of chunks; returns whether it did.
    ///
    /// The blob's row goes too unless something still names it. Where its bytes lie whole, they are collected as any others.
    public func removeXetFile(_ file: XetFileRecord) throws -> Bool {
        guard try !read.isWanted(file.sha256) else { return false }
        try db.cachedStatement(sql: "DELETE FROM xet_file WHERE id = ?").execute(arguments: [file.id])
        if try !read.isReferenced(file.sha256) {
            try db.cachedStatement(sql: "DELETE FROM damaged_blob WHERE sha256 = ?").execute(
                arguments: [file.sha256.data]
            )
            try db.cachedStatement(sql: "DELETE FROM blob WHERE sha256 = ?").execute(arguments: [file.sha256.data])
        }
        return true
    }

    /// Puts bytes on record that are no repo's content: those of xorbs.
    ///
    /// For bytes that have just been stored, only within `Hub.recording`.
    public func recordStoredBytes(_ id: BlobID, size: Int64, at now: Timestamp) throws {
        try db.cachedStatement(
            sql: "INSERT INTO blob (sha256, size, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [id.data, size, now.milliseconds])
    }
}

extension WriteTransaction {
    /// Lets a domain find the chunks of a file that another domain has, without its bytes being stored again.
    ///
    /// A xorb goes along if the file is all there is in it: the rest of one that it shares with others is not the domain's
    /// to know of. Then the file is known in this domain only through the other.
    public func adoptXetFile(of blob: BlobID, in domain: XetDomain, at now: Timestamp) throws {
        guard let file = try read.xetFile(of: blob), file.domain != domain else { return }
        let shared = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM xet_term JOIN xet_xorb ON xet_xorb.id = xet_term.xorb_id
                    WHERE xet_term.file_id = ? GROUP BY xet_xorb.id
                    HAVING NOT (min(first_chunk) = 0 AND max(end_chunk) = xet_xorb.chunks
                        AND sum(end_chunk - first_chunk) >= xet_xorb.chunks))
                """,
            arguments: [file.id]
        )
        guard shared == false else { return }
        try db.execute(
            sql: """
                INSERT INTO xet_xorb
                    (domain, hash, body, raw_offset, chunks, packed_size, unpacked_size, touched_at, checks, layout)
                SELECT :domain, hash, body, raw_offset, chunks, packed_size, unpacked_size, :now, checks, layout
                FROM xet_xorb WHERE id IN (SELECT xorb_id FROM xet_term WHERE file_id = :file)
                ON CONFLICT DO NOTHING
                """,
            arguments: ["domain": domain.id, "now": now.milliseconds, "file": file.id]
        )
        try db.execute(
            sql: """
                INSERT INTO xet_chunk (domain, hash, xorb_id)
                SELECT :domain, xet_chunk.hash, own.id
                FROM xet_chunk JOIN xet_xorb AS other ON other.id = xet_chunk.xorb_id
                JOIN xet_xorb AS own ON own.domain = :domain AND own.hash = other.hash
                WHERE other.id IN (SELECT xorb_id FROM xet_term WHERE file_id = :file)
                ON CONFLICT DO NOTHING
                """,
            arguments: ["domain": domain.id, "file": file.id]
        )
        let terms = try Row.fetchAll(
            db,
            sql: """
                SELECT start, size, own.id AS xorb_id, first_chunk, end_chunk
                FROM xet_term JOIN xet_xorb AS other ON other.id = xet_term.xorb_id
                JOIN xet_xorb AS own ON own.domain = ? AND own.hash = other.hash
                WHERE xet_term.file_id = ? ORDER BY start
                """,
            arguments: [domain.id, file.id]
        ).map(XetTermRecord.init)
        try storeXetFile(file.hash, in: domain, blob: blob, size: file.size, terms: terms, at: now)
    }
}
