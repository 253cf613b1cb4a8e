// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import GRDB
import HubCore

extension WriteTransaction {
    /// Builds the search tables' own structure anew and drops rows of repos that are gone.
    public func rebuildSearch() throws {
        for table in ["repo_name_search", "repo_text_search"] {
            try db.execute(sql: "INSERT INTO \(table) (\(table)) VALUES ('rebuild')")
            try db.execute(sql: "DELETE FROM \(table) WHERE rowid NOT IN (SELECT id FROM repo)")
        }
    }

    /// Counts anew what is kept as a sum: likes and storage of repos; forgets tags that no repo has.
    public func rebuildCounts() throws {
        try db.execute(
            sql: """
                UPDATE repo SET likes = (SELECT count(*) FROM repo_like WHERE repo_like.repo_id = repo.id);
                DELETE FROM repo_storage;
                INSERT INTO repo_storage (repo_id, blobs, bytes)
                SELECT repo_blob.repo_id, count(*), coalesce(sum(blob.size), 0)
                FROM repo_blob JOIN blob ON blob.sha256 = repo_blob.sha256 GROUP BY repo_blob.repo_id;
                DELETE FROM tag WHERE NOT EXISTS (SELECT 1 FROM repo_tag WHERE repo_tag.tag_id = tag.id);
                """
        )
    }
}
