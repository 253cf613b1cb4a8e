// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
public import HubCore

extension ReadTransaction {
    /// Downloads by UTC day (20261123) since `day`, the oldest first; days without any are left out.
    public func downloads(ofRepo repo: Int64, since day: Int64) throws -> [(day: Int64, count: Int64)] {
        try Row.fetchAll(
            db,
            sql: "SELECT day, count FROM download_day WHERE repo_id = ? AND day >= ? ORDER BY day",
            arguments: [repo, day]
        ).map { (try $0.value("day"), try $0.value("count")) }
    }
}

extension WriteTransaction {
    /// Adds downloads to a day's count and to the totals of each repo; a repo deleted meanwhile is passed over.
    public func addDownloads(_ counts: [Int64: Int64], at now: Timestamp) throws {
        for (repo, count) in counts {
            try db.execute(
                sql: """
                    UPDATE repo SET downloads_all = downloads_all + ?, downloads = downloads + ?, trending = trending + ?
                    WHERE id = ?
                    """,
                arguments: [count, count, count, repo]
            )
            guard db.changesCount == 1 else { continue }
            try db.execute(
                sql: """
                    INSERT INTO download_day (repo_id, day, count) VALUES (?, ?, ?)
                    ON CONFLICT DO UPDATE SET count = count + excluded.count
                    """,
                arguments: [repo, now.day, count]
            )
        }
    }

    /// Lets days older than 30 fall out of `downloads`, and weighs what is new for `trending`: downloads and ten times
    /// the likes of the last seven days. Days are dropped after a year.
    public func refreshCounters(at now: Timestamp) throws {
        let month = now.adding(seconds: -30 * 86_400).day
        let week = now.adding(seconds: -7 * 86_400)
        try db.execute(
            sql: """
                UPDATE repo SET
                    downloads = (SELECT coalesce(sum(count), 0) FROM download_day WHERE repo_id = repo.id AND day > ?),
                    trending = (SELECT coalesce(sum(count), 0) FROM download_day WHERE repo_id = repo.id AND day > ?)
                        + 10 * (SELECT count(*) FROM repo_like WHERE repo_id = repo.id AND created_at > ?)
                WHERE downloads > 0 OR trending > 0
                """,
            arguments: [month, week.day, week.milliseconds]
        )
        try db.execute(
            sql: "DELETE FROM download_day WHERE day < ?",
            arguments: [now.adding(seconds: -365 * 86_400).day]
        )
    }
}
