-- Names that repos had: who asks for one is sent on to where the repo is now.
CREATE TABLE former_name (
    kind TEXT NOT NULL CHECK (kind IN ('model', 'dataset', 'space')),
    namespace_key TEXT NOT NULL,
    name_key TEXT NOT NULL,
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    moved_at INTEGER NOT NULL,
    PRIMARY KEY (kind, namespace_key, name_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX former_name_repo ON former_name (repo_id);
