// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
import HubCore
import HubMigrations
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The hub's metadata: one SQLite database with one writer and a pool of readers (WAL).
///
/// Everything else sees rows as plain values through ``ReadTransaction`` and ``WriteTransaction``; SQL lives in
/// `Queries/`. A database that cannot be written for want of space answers ``HubError/Code/storageFull``.
public final class MetadataStore: Sendable {
    let pool: DatabasePool
    /// Where the database is.
    public let path: String
    private let inline: InlineReaders
    private let changes = Atomic<UInt64>(0)
    private let meter = StoreMeter()

    /// Grows with every write of this process: what was read before it grew may be out of date.
    public var changeCounter: UInt64 { changes.load(ordering: .acquiring) }

    /// Opens the database at `path`, creates it if need be, and brings its schema up to date.
    /// - Throws: ``HubError/Code/unavailable`` if it cannot be opened, or was written by a newer version.
    public init(path: String, readers: Int = 8) throws {
        self.path = path
        var configuration = GRDB.Configuration()
        configuration.maximumReaderCount = readers
        // Another process (hubctl admin) may hold the write lock for a moment.
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            try db.execute(sql: "PRAGMA cache_size = -16000")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA mmap_size = 268435456")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try Self.migrate(pool)
            inline = try InlineReaders(path: path, count: max(2, min(readers, 4)))
        } catch let error as HubError {
            throw error
        } catch {
            throw HubError(.unavailable, "The metadata database at \(path) cannot be opened", cause: error)
        }
    }

    private static func migrate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        for migration in Migration.all {
            migrator.registerMigration(migration.id) { db in try db.execute(sql: migration.sql) }
        }
        guard try pool.read({ db in try !migrator.hasBeenSuperseded(db) }) else {
            throw HubError(.unavailable, "The data folder was written by a newer version of hubd; use that version")
        }
        try migrator.migrate(pool)
    }

    /// Runs `body` on a snapshot of the database.
    public func read<Value: Sendable>(
        _ body: @Sendable @escaping (ReadTransaction) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read { db in try body(ReadTransaction(db: db)) }
        } catch {
            throw Self.translate(error)
        }
    }

    /// Runs `body`, which makes one short query, on this thread; `nil` if that is not possible right now.
    ///
    /// For index walks of a page at most. Never waits for another read, and is given up when it takes long.
    public func readInline<Value>(_ body: (ReadTransaction) throws -> Value) throws -> Value? {
        do { return try inline.read(body) } catch { throw Self.translate(error) }
    }

    /// Runs `body` in one transaction: all of it happens, or nothing.
    /// - Parameter durable: also survives a loss of power once this returns (`synchronous = FULL`); for refs.
    public func write<Value: Sendable>(
        durable: Bool = false,
        _ body: @Sendable @escaping (WriteTransaction) throws -> Value
    ) async throws -> Value {
        // Also after a failure: a busy database may have committed all the same.
        defer { changes.add(1, ordering: .acquiringAndReleasing) }
        let start = ContinuousClock.now
        var failed = true
        defer { meter.noteWrite(since: start, failed: failed) }
        do {
            let value = try await pool.writeWithoutTransaction { db in
                // The setting belongs to the connection and cannot change inside a transaction.
                if durable { try db.execute(sql: "PRAGMA synchronous = FULL") }
                var value: Value?
                let result = Result {
                    try db.inTransaction(.immediate) {
                        value = try body(WriteTransaction(db: db))
                        return .commit
                    }
                }
                if durable { try db.execute(sql: "PRAGMA synchronous = NORMAL") }
                try result.get()
                guard let value else { throw HubError(.internal, "The transaction gave no value") }
                return value
            }
            failed = false
            return value
        } catch {
            throw Self.translate(error)
        }
    }

    /// For metrics.
    public var activity: StoreActivity {
        meter.activity(fileBytes: Self.size(of: path), walBytes: Self.size(of: path + "-wal"))
    }

    private static func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Throws if the database does not answer or cannot be written.
    public func checkHealth() async throws {
        try await write { tx in
            try tx.set(Array("ok".utf8), forSetting: "health")
        }
    }

    /// Closes every connection; further calls fail.
    public func close() throws {
        try inline.close()
        try pool.close()
    }

    static func translate(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.resultCode {
        case .SQLITE_FULL:
            return HubError(.storageFull, "The disk is full; nothing was stored", cause: error)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_PERM:
            return HubError(.unavailable, "The metadata database cannot be written", cause: error)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return HubError(.unavailable, "The metadata database is busy; try again", cause: error)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return HubError(.corrupt, "The metadata database is damaged", cause: error)
        default:
            return error
        }
    }
}
