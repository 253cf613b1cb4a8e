// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
import HubCore

extension MetadataStore {
    /// Writes a copy of the database as it is at one moment to a new file, while others read and write.
    ///
    /// Waits for the disk: not for the cooperative pool.
    public func copy(to path: String) throws {
        do {
            let target = try DatabaseQueue(path: path)
            try pool.backup(to: target)
            try target.close()
        } catch {
            throw Self.translate(error)
        }
    }
}

extension WriteTransaction {
    /// Forgets what only concerned the process and folder this database was copied from.
    public func forgetRunningWork() throws {
        try endMarking()
        try acquit()
        try db.execute(sql: "DELETE FROM lfs_part")
    }
}
