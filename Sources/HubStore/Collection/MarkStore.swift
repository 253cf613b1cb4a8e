// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Foundation
import GRDB
public import HubCore

/// What garbage collection has seen to be in use: sets on disk, so that memory does not grow with the hub.
///
/// The file lies beside the database and holds nothing between runs. Having it open is also the right to collect: it is
/// locked for as long as this object lives, however the process ends.
///
/// A mark carries a stamp, the number of the walk that last came by: within a walk an object is visited once, and an
/// object with any stamp is in use.
public final class MarkStore: Sendable {
    /// What is marked.
    public enum Kind: String, CaseIterable, Sendable {
        case commit, tree, file, content, xorb
    }

    private let queue: DatabaseQueue

    /// - Throws: ``HubError/Code/conflict`` if another collection is running.
    init(path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .immediateError
        // The one transaction lasts as long as the object.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = OFF")
            try db.execute(sql: "PRAGMA synchronous = OFF")
            try db.execute(sql: "PRAGMA cache_size = -16000")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { db in
                try db.execute(sql: "BEGIN EXCLUSIVE")
                for kind in Kind.allCases {
                    try db.execute(
                        sql: """
                            DROP TABLE IF EXISTS \(kind.rawValue)_mark;
                            CREATE TABLE \(kind.rawValue)_mark (
                                id BLOB NOT NULL PRIMARY KEY, stamp INTEGER NOT NULL
                            ) WITHOUT ROWID;
                            """
                    )
                }
            }
        } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
            throw HubError(.conflict, "Another garbage collection or backup is running; wait for its end", cause: error)
        } catch {
            throw HubError(.unavailable, "\(path), which garbage collection needs, cannot be used", cause: error)
        }
    }

    /// Empties the file and gives up the lock.
    public func close() throws {
        try queue.inDatabase { db in
            for kind in Kind.allCases { try db.execute(sql: "DROP TABLE IF EXISTS \(kind.rawValue)_mark") }
            try db.execute(sql: "COMMIT")
            try db.execute(sql: "VACUUM")
        }
        try queue.close()
    }

    /// Marks those of `ids` that this walk has not seen; returns them.
    /// - Parameter stamp: the walk's number, or `nil` to mark only what has no mark at all.
    public func mark(_ kind: Kind, _ ids: [GitOID], stamp: Int64?) throws -> [GitOID] {
        try queue.inDatabase { db in
            let statement = try Self.marking(kind, isNewOnly: stamp == nil, db)
            return try ids.filter { id in
                let before = db.totalChangesCount
                try statement.execute(arguments: [id.data, stamp ?? 0])
                return db.totalChangesCount > before
            }
        }
    }

    public func markContents(_ ids: [BlobID], stamp: Int64?) throws {
        try queue.inDatabase { db in
            let statement = try Self.marking(.content, isNewOnly: stamp == nil, db)
            for id in ids { try statement.execute(arguments: [id.data, stamp ?? 0]) }
        }
    }

    public func markXorbs(_ ids: [Int64]) throws {
        try queue.inDatabase { db in
            let statement = try Self.marking(.xorb, isNewOnly: true, db)
            for id in ids { try statement.execute(arguments: [Self.data(id), 0]) }
        }
    }

    /// Those of `ids` that have no mark.
    public func unmarkedXorbs(_ ids: [Int64]) throws -> [Int64] {
        try queue.inDatabase { db in
            let statement = try Self.looking(.xorb, db)
            return try ids.filter { try Bool.fetchOne(statement, arguments: [Self.data($0), nil]) != true }
        }
    }

    private static func data(_ id: Int64) -> Data { withUnsafeBytes(of: id.bigEndian) { Data($0) } }

    /// Those of `ids` that have no mark, or none of this walk if `stamp` is given.
    public func unmarked(_ kind: Kind, _ ids: [GitOID], stamp: Int64? = nil) throws -> [GitOID] {
        try queue.inDatabase { db in
            let statement = try Self.looking(kind, db)
            return try ids.filter { id in
                try Bool.fetchOne(statement, arguments: [id.data, stamp]) != true
            }
        }
    }

    /// Those of `ids` that have no mark, or none of this walk if `stamp` is given.
    public func unmarkedContents(_ ids: [BlobID], stamp: Int64? = nil) throws -> [BlobID] {
        try queue.inDatabase { db in
            let statement = try Self.looking(.content, db)
            return try ids.filter { id in
                try Bool.fetchOne(statement, arguments: [id.data, stamp]) != true
            }
        }
    }

    private static func marking(_ kind: Kind, isNewOnly: Bool, _ db: Database) throws -> Statement {
        let conflict = isNewOnly ? "NOTHING" : "UPDATE SET stamp = excluded.stamp WHERE stamp <> excluded.stamp"
        return try db.cachedStatement(
            sql: "INSERT INTO \(kind.rawValue)_mark (id, stamp) VALUES (?, ?) ON CONFLICT DO \(conflict)"
        )
    }

    private static func looking(_ kind: Kind, _ db: Database) throws -> Statement {
        try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM \(kind.rawValue)_mark WHERE id = ? AND stamp = coalesce(?, stamp))"
        )
    }
}

extension MetadataStore {
    /// Takes the right to collect garbage, with an empty set of marks.
    /// - Throws: ``HubError/Code/conflict`` if another process or task has it.
    public func openMarks() throws -> MarkStore { try MarkStore(path: path + "-gc") }
}
