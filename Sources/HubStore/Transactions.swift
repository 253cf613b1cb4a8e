// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB

/// A snapshot of the database; the queries are in `Queries/`.
public struct ReadTransaction {
    let db: Database
}

/// The one writer's transaction; the statements are in `Queries/`.
public struct WriteTransaction {
    let db: Database

    /// The same connection for reading: sees what this transaction has written.
    public var read: ReadTransaction { ReadTransaction(db: db) }
}
