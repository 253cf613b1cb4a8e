// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
import GRDBSQLite
import Synchronization

/// Connections for reads so short that handing them to another thread would cost more than they do.
///
/// A read runs on the caller's thread, an event loop's included: never waiting for a connection, and given up after a
/// bounded number of steps, so that it cannot hold the thread. Who gets nothing takes the pool.
final class InlineReaders: Sendable {
    /// The database's own steps (about 20 ns each) after which a read is given up.
    private static let stepsPerCheck: Int32 = 20_000
    private static let maximumChecks: Int32 = 2

    private final class Slot: Sendable {
        let queue: DatabaseQueue
        let isBusy = Atomic<Bool>(false)
        /// Checks since the read began; SQLite's callback counts in it.
        let checks: Mutex<UnsafeMutablePointer<Int32>>

        init(path: String) throws {
            nonisolated(unsafe) let counter = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
            counter.initialize(to: 0)
            checks = Mutex(counter)
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            configuration.busyMode = .immediateError
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA cache_size = -8000")
                try db.execute(sql: "PRAGMA mmap_size = 268435456")
                sqlite3_progress_handler(
                    db.sqliteConnection,
                    InlineReaders.stepsPerCheck,
                    { context in
                        guard let count = context?.assumingMemoryBound(to: Int32.self) else { return 1 }
                        count.pointee += 1
                        return count.pointee > InlineReaders.maximumChecks ? 1 : 0
                    },
                    counter
                )
            }
            queue = try DatabaseQueue(path: path, configuration: configuration)
        }

        deinit { checks.withLock { $0.deallocate() } }
    }

    private let slots: [Slot]

    init(path: String, count: Int) throws {
        slots = try (0..<count).map { _ in try Slot(path: path) }
    }

    /// What `body` returns, or `nil` if no connection is free or it would take long.
    func read<Value>(_ body: (ReadTransaction) throws -> Value) throws -> Value? {
        for slot in slots
        where slot.isBusy.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged {
            defer { slot.isBusy.store(false, ordering: .releasing) }
            slot.checks.withLock { $0.pointee = 0 }
            do {
                // One statement sees one state of the database: no transaction is needed around it.
                return try slot.queue.unsafeRead { db in try body(ReadTransaction(db: db)) }
            } catch let error as DatabaseError
                where [.SQLITE_INTERRUPT, .SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode)
            {
                return nil
            }
        }
        return nil
    }

    func close() throws {
        for slot in slots { try slot.queue.close() }
    }
}
