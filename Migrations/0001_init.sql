-- Times are milliseconds since the epoch (UTC); oids are raw bytes: 20 for git's SHA-1, 32 for SHA-256.

CREATE TABLE setting (
    key TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- People and organisations share one name space.
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('user', 'org')),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL DEFAULT '',
    email TEXT,
    is_admin INTEGER NOT NULL DEFAULT 0 CHECK (is_admin IN (0, 1)),
    default_visibility TEXT NOT NULL DEFAULT 'public' CHECK (default_visibility IN ('public', 'private')),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE membership (
    org_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('read', 'contributor', 'write', 'admin')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_user ON membership (user_id);

-- Only the SHA-256 of a token is kept; the token itself is shown once.
CREATE TABLE token (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    role TEXT NOT NULL CHECK (role IN ('read', 'write', 'fineGrained')),
    scopes TEXT NOT NULL DEFAULT '[]',
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
) STRICT;
CREATE INDEX token_account ON token (account_id);

CREATE TABLE repo (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('model', 'dataset', 'space')),
    owner_id INTEGER NOT NULL REFERENCES account (id),
    creator_id INTEGER REFERENCES account (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'private')),
    gated TEXT CHECK (gated IN ('auto', 'manual')),
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    sdk TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    downloads INTEGER NOT NULL DEFAULT 0,
    downloads_all INTEGER NOT NULL DEFAULT 0,
    likes INTEGER NOT NULL DEFAULT 0,
    trending REAL NOT NULL DEFAULT 0,
    pipeline_tag TEXT,
    library_name TEXT,
    parameters INTEGER,
    UNIQUE (kind, owner_id, name_key)
) STRICT;
-- One index per sort of the lists, with and without a task; the id breaks ties so that a cursor is exact.
CREATE INDEX repo_by_updated ON repo (kind, updated_at DESC, id DESC);
CREATE INDEX repo_by_created ON repo (kind, created_at DESC, id DESC);
CREATE INDEX repo_by_downloads ON repo (kind, downloads DESC, id DESC);
CREATE INDEX repo_by_likes ON repo (kind, likes DESC, id DESC);
CREATE INDEX repo_by_trending ON repo (kind, trending DESC, id DESC);
CREATE INDEX repo_task_updated ON repo (kind, pipeline_tag, updated_at DESC, id DESC);
CREATE INDEX repo_task_created ON repo (kind, pipeline_tag, created_at DESC, id DESC);
CREATE INDEX repo_task_downloads ON repo (kind, pipeline_tag, downloads DESC, id DESC);
CREATE INDEX repo_task_likes ON repo (kind, pipeline_tag, likes DESC, id DESC);
CREATE INDEX repo_task_trending ON repo (kind, pipeline_tag, trending DESC, id DESC);
CREATE INDEX repo_owner ON repo (owner_id, kind, id);

-- What the card, the configuration and the file list say of the head of main. Rebuildable from the files.
CREATE TABLE card (
    repo_id INTEGER PRIMARY KEY REFERENCES repo (id) ON DELETE CASCADE,
    commit_oid BLOB NOT NULL CHECK (length(commit_oid) = 20),
    data TEXT,
    body TEXT NOT NULL DEFAULT '',
    error TEXT,
    config TEXT,
    transformers_info TEXT,
    safetensors TEXT,
    gguf TEXT,
    model_index TEXT
) STRICT;

-- `value` is the whole tag as filters name it: transformers, en, license:mit.
CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('model', 'dataset', 'space')),
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    label TEXT NOT NULL,
    UNIQUE (kind, value)
) STRICT;

CREATE TABLE repo_tag (
    tag_id INTEGER NOT NULL REFERENCES tag (id),
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY (tag_id, repo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX repo_tag_repo ON repo_tag (repo_id, position);

-- Any three letters or more of a repo's id find it ...
CREATE VIRTUAL TABLE repo_name_search USING fts5 (id, tokenize = 'trigram');
-- ... and words, or their beginnings, of its id, tags and card.
CREATE VIRTUAL TABLE repo_text_search USING fts5 (
    id, tags, card, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

-- Commits and trees, as the very bytes git hashes, shared by all repos.
CREATE TABLE git_object (
    oid BLOB NOT NULL PRIMARY KEY CHECK (length(oid) = 20),
    kind TEXT NOT NULL CHECK (kind IN ('commit', 'tree')),
    data BLOB NOT NULL
) STRICT;

-- What walking history needs of a commit, so that it need not be parsed again.
CREATE TABLE git_commit (
    oid BLOB NOT NULL PRIMARY KEY REFERENCES git_object (oid) CHECK (length(oid) = 20),
    tree BLOB NOT NULL CHECK (length(tree) = 20),
    parent BLOB CHECK (parent IS NULL OR length(parent) = 20),
    -- Commits from the root to this one, along first parents.
    depth INTEGER NOT NULL CHECK (depth >= 1),
    committed_at INTEGER NOT NULL,
    author TEXT NOT NULL,
    title TEXT NOT NULL,
    message TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Which commits a repo has, whichever branch they are on: a commit id opens nothing in another repo.
CREATE TABLE repo_commit (
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    oid BLOB NOT NULL REFERENCES git_commit (oid),
    PRIMARY KEY (repo_id, oid)
) STRICT, WITHOUT ROWID;

CREATE TABLE ref (
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    target BLOB NOT NULL REFERENCES git_commit (oid),
    message TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (repo_id, name)
) STRICT, WITHOUT ROWID;

-- Bytes that are in the blob store.
CREATE TABLE blob (
    sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
    size INTEGER NOT NULL CHECK (size >= 0),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a tree entry's oid stands for: a file's own bytes, or those that an LFS pointer names.
CREATE TABLE file_object (
    oid BLOB NOT NULL PRIMARY KEY CHECK (length(oid) = 20),
    sha256 BLOB NOT NULL REFERENCES blob (sha256),
    size INTEGER NOT NULL CHECK (size >= 0),
    -- Bytes of the LFS pointer; NULL for a file that git holds itself.
    pointer_size INTEGER
) STRICT, WITHOUT ROWID;

-- Which blobs were uploaded to, or are part of, a repo: knowing a digest is not a right to the bytes.
CREATE TABLE repo_blob (
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    sha256 BLOB NOT NULL REFERENCES blob (sha256),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (repo_id, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX repo_blob_sha256 ON repo_blob (sha256);

-- Parts of unfinished LFS uploads, by the repo they were sent to: nobody completes an upload from parts of others.
CREATE TABLE lfs_part (
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    part INTEGER NOT NULL CHECK (part >= 1),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (repo_id, sha256, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE repo_like (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, repo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX repo_like_repo ON repo_like (repo_id);

-- Downloads per UTC day (20261123); `repo.downloads` is the sum of the last 30.
CREATE TABLE download_day (
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (repo_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    created_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    account_id INTEGER REFERENCES account (id) ON DELETE SET NULL,
    -- No foreign key: what happened to a deleted repo stays on record.
    repo_id INTEGER,
    data TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX event_repo ON event (repo_id, id);
