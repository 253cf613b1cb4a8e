// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

extension ReadTransaction {
    /// The xorb of that hash in a domain; one whose bytes are damaged is as good as none.
    public func xorb(_ hash: XetHash, in domain: XetDomain) throws -> XorbRecord? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(XorbRecord.columns) FROM xet_xorb WHERE domain = ? AND hash = ?
                    AND NOT EXISTS (SELECT 1 FROM damaged_blob WHERE sha256 = xet_xorb.body)
                """
        )
        return try Row.fetchOne(statement, arguments: [domain.id, hash.data]).map(XorbRecord.init)
    }

    public func xorb(_ id: Int64) throws -> XorbRecord? {
        let statement = try db.cachedStatement(sql: "SELECT \(XorbRecord.columns) FROM xet_xorb WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(XorbRecord.init)
    }

    /// A xorb's footer, and the CRC-32C of its packed chunks.
    public func xorbLayout(_ id: Int64) throws -> (layout: [UInt8], checks: [UInt8])? {
        let statement = try db.cachedStatement(sql: "SELECT layout, checks FROM xet_xorb WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map {
            (Array(try $0.value("layout", as: Data.self)), Array(try $0.value("checks", as: Data.self)))
        }
    }

    public func xorbs(after id: Int64, limit: Int) throws -> [XorbRecord] {
        let statement = try db.cachedStatement(
            sql: "SELECT \(XorbRecord.columns) FROM xet_xorb WHERE id > ? ORDER BY id LIMIT ?"
        )
        return try Row.fetchAll(statement, arguments: [id, limit]).map(XorbRecord.init)
    }

    /// The xorb that holds a chunk clients ask for, then those that come after it in the latest file that uses it.
    public func xorbs(holding chunk: XetHash, in domain: XetDomain, limit: Int) throws -> [XorbRecord] {
        let holder = try db.cachedStatement(sql: "SELECT xorb_id FROM xet_chunk WHERE domain = ? AND hash = ?")
        guard let id = try Int64.fetchOne(holder, arguments: [domain.id, chunk.data]), let first = try xorb(id),
            try xorb(first.hash, in: domain) != nil
        else { return [] }
        let following = try db.cachedStatement(
            sql: """
                SELECT \(XorbRecord.columns), min(next.start) AS position
                FROM xet_term AS next JOIN xet_xorb ON xet_xorb.id = next.xorb_id
                WHERE next.file_id = (SELECT max(file_id) FROM xet_term WHERE xorb_id = :id)
                    AND next.start > (SELECT min(start) FROM xet_term
                        WHERE xorb_id = :id AND file_id = (SELECT max(file_id) FROM xet_term WHERE xorb_id = :id))
                    AND xet_xorb.id <> :id AND xet_xorb.domain = :domain
                    AND NOT EXISTS (SELECT 1 FROM damaged_blob WHERE sha256 = xet_xorb.body)
                GROUP BY xet_xorb.id ORDER BY position LIMIT :limit
                """
        )
        let rest = try Row.fetchAll(following, arguments: ["id": id, "domain": domain.id, "limit": max(0, limit - 1)])
        return [first] + (try rest.map(XorbRecord.init))
    }

    /// What a client's memory of a domain's xorbs is good for; a new number means that it must forget them.
    public func xetEpoch(of domain: XetDomain) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT epoch FROM xet_epoch WHERE domain = ?")
        return try Int64.fetchOne(statement, arguments: [domain.id]) ?? 1
    }

    /// Whether some file is made of the xorb's chunks.
    public func isInUse(xorb id: Int64) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM xet_term WHERE xorb_id = ?)")
        return try Bool.fetchOne(statement, arguments: [id]) ?? true
    }

    public func touchedAt(xorb id: Int64) throws -> Timestamp? {
        let statement = try db.cachedStatement(sql: "SELECT touched_at FROM xet_xorb WHERE id = ?")
        return try Int64.fetchOne(statement, arguments: [id]).map(Timestamp.init(milliseconds:))
    }
}

extension WriteTransaction {
    /// Records a xorb whose bytes are in the blob store and on record; one that is there already is touched.
    ///
    /// A xorb whose bytes were found damaged takes the new ones.
    /// - Parameter chunks: those that clients ask for by hash.
    /// - Returns: the xorb, and whether it is new.
    public func storeXorb(
        _ xorb: NewXorb,
        findableBy chunks: [XetHash],
        at now: Timestamp
    ) throws -> (id: Int64, isNew: Bool) {
        let existing = try db.cachedStatement(
            sql: """
                SELECT id, EXISTS (SELECT 1 FROM damaged_blob WHERE sha256 = body) AS is_damaged
                FROM xet_xorb WHERE domain = ? AND hash = ?
                """
        )
        if let row = try Row.fetchOne(existing, arguments: [xorb.domain.id, xorb.hash.data]) {
            let id: Int64 = try row.value("id")
            if try row.value("is_damaged", as: Bool.self) { try replace(id, with: xorb) }
            try touchXorbs([id], at: now)
            return (id, false)
        }
        try db.cachedStatement(
            sql: """
                INSERT INTO xet_xorb
                    (domain, hash, body, raw_offset, chunks, packed_size, unpacked_size, touched_at, checks, layout)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            xorb.domain.id, xorb.hash.data, xorb.body.data, xorb.rawOffset, xorb.chunkCount, xorb.packedSize,
            xorb.unpackedSize, now.milliseconds, Data(xorb.checks), Data(xorb.layout),
        ])
        let id = db.lastInsertedRowID
        try makeFindable(chunks, xorb: id, in: xorb.domain)
        return (id, true)
    }

    private func replace(_ id: Int64, with xorb: NewXorb) throws {
        try db.cachedStatement(
            sql: "UPDATE xet_xorb SET body = ?, raw_offset = ?, packed_size = ?, checks = ?, layout = ? WHERE id = ?"
        ).execute(arguments: [
            xorb.body.data, xorb.rawOffset, xorb.packedSize, Data(xorb.checks), Data(xorb.layout), id,
        ])
    }

    /// Lets clients of the domain find a xorb by these chunks of it.
    public func makeFindable(_ chunks: [XetHash], xorb id: Int64, in domain: XetDomain) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO xet_chunk (domain, hash, xorb_id) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET xorb_id = excluded.xorb_id
                """
        )
        for chunk in chunks { try statement.execute(arguments: [domain.id, chunk.data, id]) }
    }

    /// Begins the grace of these anew.
    public func touchXorbs(_ ids: some Sequence<Int64>, at now: Timestamp) throws {
        let statement = try db.cachedStatement(
            sql: "UPDATE xet_xorb SET touched_at = ? WHERE id = ? AND touched_at < ?"
        )
        for id in ids { try statement.execute(arguments: [now.milliseconds, id, now.milliseconds]) }
    }

    /// Removes the row of a xorb that no file uses and nobody has touched since `cutoff`; its bytes are the blob's matter.
    /// - Returns: when it was last touched, or `nil` if it stays.
    public func removeXorb(_ id: Int64, untouchedSince cutoff: Timestamp) throws -> Timestamp? {
        guard let touched = try read.touchedAt(xorb: id), touched < cutoff, try !read.isInUse(xorb: id) else {
            return nil
        }
        try db.cachedStatement(sql: "DELETE FROM xet_xorb WHERE id = ?").execute(arguments: [id])
        return touched
    }

    /// Makes clients forget what they know of a domain's xorbs.
    public func advanceXetEpoch(of domain: XetDomain) throws {
        try db.cachedStatement(
            sql: "INSERT INTO xet_epoch (domain, epoch) VALUES (?, 2) ON CONFLICT DO UPDATE SET epoch = epoch + 1"
        ).execute(arguments: [domain.id])
    }
}
