// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension WriteTransaction {
    /// Appends to the record of what happened.
    /// - Parameters:
    ///   - kind: `repo.create`, `repo.delete`, `commit`, `ref.update`, `token.create` …
    ///   - data: a JSON object.
    public func appendEvent(
        _ kind: String,
        account: Int64?,
        repo: Int64?,
        data: String = "{}",
        at now: Timestamp
    ) throws {
        try db.execute(
            sql: "INSERT INTO event (created_at, kind, account_id, repo_id, data) VALUES (?, ?, ?, ?, ?)",
            arguments: [now.milliseconds, kind, account, repo, data]
        )
    }
}
