-- What reading a blob's bytes for danger found; the queue of what is still to be read lies in the same table.
CREATE TABLE blob_scan (
    sha256 BLOB NOT NULL PRIMARY KEY REFERENCES blob (sha256) ON DELETE CASCADE CHECK (length(sha256) = 32),
    status TEXT NOT NULL CHECK (status IN ('queued', 'safe', 'caution', 'suspicious', 'unsafe', 'error')),
    -- Whether some file's name says it is a pickle, however it begins.
    named_pickle INTEGER NOT NULL CHECK (named_pickle IN (0, 1)),
    -- JSON; NULL while queued.
    report TEXT,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_scan_queued ON blob_scan (changed_at) WHERE status = 'queued';

-- What was pushed before there was a scan.
INSERT INTO blob_scan (sha256, status, named_pickle, changed_at)
SELECT DISTINCT sha256, 'queued', 0, 0 FROM file_object WHERE true ON CONFLICT DO NOTHING;

-- A repo's tags as a list shows them, in their order: a page of a list then reads one row per repo.
ALTER TABLE repo ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
UPDATE repo SET tags = (
    SELECT json_group_array(value) FROM (
        SELECT tag.value FROM repo_tag JOIN tag ON tag.id = repo_tag.tag_id
        WHERE repo_tag.repo_id = repo.id ORDER BY repo_tag.position
    )
) WHERE EXISTS (SELECT 1 FROM repo_tag WHERE repo_tag.repo_id = repo.id);

-- What models' `.eval_results/*.yaml` say of benchmarks, which are datasets; rebuildable from the files.
CREATE TABLE eval_result (
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    -- The dataset's id in lower case: it need not be on this hub.
    dataset_key TEXT NOT NULL,
    task_id TEXT NOT NULL,
    value REAL,
    filename TEXT NOT NULL,
    -- The entry as JSON, or what is wrong with the file.
    entry TEXT NOT NULL,
    PRIMARY KEY (repo_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX eval_result_dataset ON eval_result (dataset_key, value DESC);
