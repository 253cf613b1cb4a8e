-- Every privileged act, in the transaction that did it. Rows are never changed or removed.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at INTEGER NOT NULL,
    -- repo.delete, token.create, gc.run …
    action TEXT NOT NULL,
    -- No foreign keys: names as they were, whatever has become of account and token. NULL: the operator, on the machine.
    actor_id INTEGER,
    actor TEXT,
    token_id INTEGER,
    address TEXT,
    request_id TEXT,
    -- The repo, account or thing that was acted upon, as people name it.
    target TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX audit_time ON audit (created_at, id);

-- Bytes a namespace may store; one without a row has the configured default, NULL is no limit.
CREATE TABLE quota (
    account_id INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    bytes INTEGER CHECK (bytes >= 0)
) STRICT;

-- Sum over `repo_blob`, kept by the triggers below: what quotas and lists ask for often.
CREATE TABLE repo_storage (
    repo_id INTEGER PRIMARY KEY REFERENCES repo (id) ON DELETE CASCADE,
    blobs INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;

INSERT INTO repo_storage (repo_id, blobs, bytes)
SELECT repo_blob.repo_id, count(*), coalesce(sum(blob.size), 0)
FROM repo_blob JOIN blob ON blob.sha256 = repo_blob.sha256 GROUP BY repo_blob.repo_id;

CREATE TRIGGER repo_blob_added AFTER INSERT ON repo_blob BEGIN
    INSERT INTO repo_storage (repo_id, blobs, bytes)
    VALUES (NEW.repo_id, 1, (SELECT size FROM blob WHERE sha256 = NEW.sha256))
    ON CONFLICT DO UPDATE SET blobs = blobs + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER repo_blob_removed AFTER DELETE ON repo_blob BEGIN
    UPDATE repo_storage
    SET blobs = blobs - 1, bytes = bytes - coalesce((SELECT size FROM blob WHERE sha256 = OLD.sha256), 0)
    WHERE repo_id = OLD.repo_id;
END;

-- Garbage collection looks from the content back, and so does every foreign key check when a row goes.
CREATE INDEX file_object_sha256 ON file_object (sha256);
CREATE INDEX repo_commit_oid ON repo_commit (oid);
CREATE INDEX ref_target ON ref (target);

-- Blobs whose rows are gone and whose bytes are just being removed; nothing may name them until then.
CREATE TABLE gc_condemned (
    sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32)
) STRICT, WITHOUT ROWID;

-- One row. `generation` goes up whenever `gc_condemned` changes; `is_marking` is set while objects are being marked.
CREATE TABLE gc_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,
    is_marking INTEGER NOT NULL CHECK (is_marking IN (0, 1))
) STRICT;
INSERT INTO gc_state (id, generation, is_marking) VALUES (1, 0, 0);

-- Commits that came to a repo while objects were being marked.
CREATE TABLE gc_arrived (
    oid BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TRIGGER repo_commit_arrived AFTER INSERT ON repo_commit
WHEN (SELECT is_marking FROM gc_state) BEGIN
    INSERT INTO gc_arrived (oid) VALUES (NEW.oid) ON CONFLICT DO NOTHING;
END;

-- Since when no ref of a repo has reached a commit, as garbage collection saw it: its grace time counts from there.
CREATE TABLE gc_unreached (
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    oid BLOB NOT NULL CHECK (length(oid) = 20),
    since INTEGER NOT NULL,
    PRIMARY KEY (repo_id, oid)
) STRICT, WITHOUT ROWID;

-- Blobs whose bytes were found not to have their digest. Served to nobody until the same content is stored again.
CREATE TABLE damaged_blob (
    sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
    found_at INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
