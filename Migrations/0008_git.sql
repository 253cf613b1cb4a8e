-- An annotated tag is an object of its own that names the commit; it lives and dies with its ref. `target` stays the
-- commit, so that everything that reads refs goes on as before.
ALTER TABLE ref ADD COLUMN tag_oid BLOB CHECK (tag_oid IS NULL OR length(tag_oid) = 20);
ALTER TABLE ref ADD COLUMN tag_data BLOB;

-- Files that somebody has locked with `git lfs lock`.
CREATE TABLE lfs_lock (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    -- The branch it was taken on, in full, where the client said so.
    ref TEXT,
    owner_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    locked_at INTEGER NOT NULL,
    UNIQUE (repo_id, path)
) STRICT;
