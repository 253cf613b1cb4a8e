-- Who has asked to read the files of a gated repo, and what became of it. One request per person and repo.
CREATE TABLE access_request (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'rejected')),
    -- Whether the person has asked, and so agreed that the repo's authors see the email address; 0: granted unasked.
    asked INTEGER NOT NULL CHECK (asked IN (0, 1)),
    -- What was filled in, as a JSON object.
    fields TEXT NOT NULL DEFAULT '{}',
    rejection_reason TEXT,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    UNIQUE (repo_id, account_id)
) STRICT;
CREATE INDEX access_request_list ON access_request (repo_id, status, created_at DESC, id DESC);
CREATE INDEX access_request_account ON access_request (account_id);

-- Who follows whom; both people and organisations can be followed.
CREATE TABLE follow (
    follower_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (follower_id, account_id),
    CHECK (follower_id <> account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_account ON follow (account_id, created_at DESC, follower_id DESC);

-- How many repos a namespace has, with and without its private ones.
CREATE INDEX repo_owner_visibility ON repo (owner_id, kind, visibility);

-- A user's tokens that were not revoked, however many were.
CREATE INDEX token_unrevoked ON token (account_id, id) WHERE revoked_at IS NULL;

-- Whether a fine-grained token opens the gated repos that were opened to its owner, without naming each.
ALTER TABLE token ADD COLUMN can_read_gated INTEGER NOT NULL DEFAULT 0 CHECK (can_read_gated IN (0, 1));
