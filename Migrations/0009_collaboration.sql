-- Whether people may open discussions and pull requests on a repo.
ALTER TABLE repo ADD COLUMN discussions_disabled INTEGER NOT NULL DEFAULT 0 CHECK (discussions_disabled IN (0, 1));

-- Discussions and pull requests of a repo share one sequence of numbers; pull request 7 is the ref refs/pr/7.
CREATE TABLE discussion (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    num INTEGER NOT NULL CHECK (num >= 1),
    is_pull_request INTEGER NOT NULL CHECK (is_pull_request IN (0, 1)),
    title TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'open', 'closed', 'merged')),
    author_id INTEGER REFERENCES account (id) ON DELETE SET NULL,
    -- Of a pull request: the branch it is for, in full, and what became of it.
    base TEXT,
    merge_oid BLOB CHECK (merge_oid IS NULL OR length(merge_oid) = 20),
    -- Once it is merged: the commit that both began with, and the last one of the pull request.
    merge_base_oid BLOB CHECK (merge_base_oid IS NULL OR length(merge_base_oid) = 20),
    head_oid BLOB CHECK (head_oid IS NULL OR length(head_oid) = 20),
    pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
    locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),
    comments INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (repo_id, num),
    CHECK (is_pull_request = (base IS NOT NULL))
) STRICT;
CREATE INDEX discussion_list ON discussion (repo_id, pinned DESC, num DESC);
CREATE INDEX discussion_author ON discussion (author_id, id);
CREATE INDEX discussion_updated ON discussion (updated_at DESC, id DESC);

-- What happened in a discussion, in its order. `data` is what clients read of an event that is no comment.
CREATE TABLE discussion_event (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    discussion_id INTEGER NOT NULL REFERENCES discussion (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    author_id INTEGER REFERENCES account (id) ON DELETE SET NULL,
    data TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    hidden_at INTEGER,
    hidden_by INTEGER REFERENCES account (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX discussion_event_order ON discussion_event (discussion_id, id);
CREATE INDEX discussion_event_author ON discussion_event (author_id);

-- A comment's text, each version of it; the last one stands.
CREATE TABLE comment_text (
    event_id INTEGER NOT NULL REFERENCES discussion_event (id) ON DELETE CASCADE,
    version INTEGER NOT NULL CHECK (version >= 1),
    author_id INTEGER REFERENCES account (id) ON DELETE SET NULL,
    raw TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_text_author ON comment_text (author_id);

CREATE TABLE comment_reaction (
    event_id INTEGER NOT NULL REFERENCES discussion_event (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    reaction TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, account_id, reaction)
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_reaction_account ON comment_reaction (account_id);

CREATE TABLE comment_mention (
    event_id INTEGER NOT NULL REFERENCES discussion_event (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    PRIMARY KEY (event_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_mention_account ON comment_mention (account_id);

-- What somebody was told of: one row per discussion, unread again when more happens.
CREATE TABLE notification (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    discussion_id INTEGER NOT NULL REFERENCES discussion (id) ON DELETE CASCADE,
    reason TEXT NOT NULL CHECK (reason IN ('owner', 'participating', 'mention')),
    updated_at INTEGER NOT NULL,
    read_at INTEGER,
    PRIMARY KEY (account_id, discussion_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_list ON notification (account_id, updated_at DESC, discussion_id DESC);
CREATE INDEX notification_discussion ON notification (discussion_id);

CREATE TABLE collection (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    owner_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    -- The title as addresses have it; with the owner and the id it makes the slug.
    slug TEXT NOT NULL,
    description TEXT,
    theme TEXT NOT NULL,
    is_private INTEGER NOT NULL CHECK (is_private IN (0, 1)),
    position INTEGER NOT NULL CHECK (position >= 0),
    upvotes INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX collection_owner ON collection (owner_id, position, id);
CREATE INDEX collection_updated ON collection (updated_at DESC, id DESC);
CREATE INDEX collection_upvotes ON collection (upvotes DESC, id DESC);

-- What a collection holds: one of `repo_id`, `other_id` (another collection) and `paper`.
CREATE TABLE collection_item (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    collection_id INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
    repo_id INTEGER REFERENCES repo (id) ON DELETE CASCADE,
    other_id INTEGER REFERENCES collection (id) ON DELETE CASCADE,
    paper TEXT,
    note TEXT,
    position INTEGER NOT NULL CHECK (position >= 0),
    created_at INTEGER NOT NULL,
    CHECK ((repo_id IS NOT NULL) + (other_id IS NOT NULL) + (paper IS NOT NULL) = 1)
) STRICT;
CREATE INDEX collection_item_order ON collection_item (collection_id, position, id);
CREATE UNIQUE INDEX collection_item_repo ON collection_item (repo_id, collection_id) WHERE repo_id IS NOT NULL;
CREATE UNIQUE INDEX collection_item_other ON collection_item (other_id, collection_id) WHERE other_id IS NOT NULL;
CREATE UNIQUE INDEX collection_item_paper ON collection_item (paper, collection_id) WHERE paper IS NOT NULL;

CREATE TABLE collection_upvote (
    collection_id INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (collection_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX collection_upvote_account ON collection_upvote (account_id);

-- Where somebody wants to be told of changes.
CREATE TABLE webhook (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    secret TEXT,
    on_repo INTEGER NOT NULL CHECK (on_repo IN (0, 1)),
    on_discussion INTEGER NOT NULL CHECK (on_discussion IN (0, 1)),
    -- The address its maker knew the hub by: those in payloads begin with it.
    base_url TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_account ON webhook (account_id, id);

CREATE TABLE webhook_watch (
    webhook_id INTEGER NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('user', 'org', 'model', 'dataset', 'space')),
    name_key TEXT NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (webhook_id, kind, name_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_watch_name ON webhook_watch (kind, name_key);

-- What is to be sent and what was: the queue and its log.
CREATE TABLE webhook_delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id TEXT NOT NULL UNIQUE,
    webhook_id INTEGER NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    -- The repo it tells of, to be looked at again before each attempt; nothing once the repo is gone.
    repo_id INTEGER,
    event TEXT NOT NULL,
    payload TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When it is to be tried (again).
    due_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    tried_at INTEGER,
    response_status INTEGER,
    error TEXT
) STRICT;
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, due_at) WHERE status = 'waiting';
CREATE INDEX webhook_delivery_log ON webhook_delivery (webhook_id, id DESC);
CREATE INDEX webhook_delivery_old ON webhook_delivery (created_at) WHERE status <> 'waiting';

-- Branches that not everybody who may write may write to.
CREATE TABLE branch_protection (
    repo_id INTEGER NOT NULL REFERENCES repo (id) ON DELETE CASCADE,
    -- A branch name in which * stands for anything.
    pattern TEXT NOT NULL,
    -- admins: who administers the repo; nobody: only by merging a pull request.
    push TEXT NOT NULL CHECK (push IN ('admins', 'nobody')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (repo_id, pattern)
) STRICT, WITHOUT ROWID;

-- Pictures, videos and sounds for discussions, opened by whoever knows the address.
CREATE TABLE attachment (
    id INTEGER PRIMARY KEY,
    -- 40 hex digits that nobody guesses.
    public_id TEXT NOT NULL UNIQUE,
    account_id INTEGER REFERENCES account (id) ON DELETE SET NULL,
    sha256 BLOB NOT NULL REFERENCES blob (sha256),
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attachment_account ON attachment (account_id, size);
CREATE INDEX attachment_sha256 ON attachment (sha256);

-- What somebody did, the latest first.
CREATE INDEX event_account ON event (account_id, id DESC);
