-- Contents cut into chunks. A domain is the account whose repos share chunks, or 0 for the whole hub.

-- A xorb: chunks that are stored together.
CREATE TABLE xet_xorb (
    id INTEGER PRIMARY KEY,
    domain INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    -- The blob with its bytes: packed chunks, or, where `raw_offset` is set, a whole file's own bytes from there on.
    body BLOB NOT NULL REFERENCES blob (sha256),
    raw_offset INTEGER CHECK (raw_offset >= 0),
    chunks INTEGER NOT NULL CHECK (chunks > 0),
    packed_size INTEGER NOT NULL,
    unpacked_size INTEGER NOT NULL,
    -- The last time somebody stored it, found it or built a file on it: grace begins there.
    touched_at INTEGER NOT NULL,
    -- CRC-32C of each packed chunk as it came, four bytes each.
    checks BLOB NOT NULL,
    -- Hashes and ends of its chunks: a xorb's footer.
    layout BLOB NOT NULL,
    UNIQUE (domain, hash)
) STRICT;
CREATE INDEX xet_xorb_body ON xet_xorb (body);

-- A file by the hash of its chunks; its content is the blob.
CREATE TABLE xet_file (
    id INTEGER PRIMARY KEY,
    domain INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    sha256 BLOB NOT NULL REFERENCES blob (sha256),
    size INTEGER NOT NULL CHECK (size >= 0),
    created_at INTEGER NOT NULL,
    UNIQUE (domain, hash)
) STRICT;
CREATE INDEX xet_file_sha256 ON xet_file (sha256);
CREATE INDEX xet_file_hash ON xet_file (hash);

-- A file's content in order: each term is a run of a xorb's chunks.
CREATE TABLE xet_term (
    file_id INTEGER NOT NULL REFERENCES xet_file (id) ON DELETE CASCADE,
    -- Where the term begins in the file, in bytes.
    start INTEGER NOT NULL CHECK (start >= 0),
    size INTEGER NOT NULL CHECK (size > 0),
    xorb_id INTEGER NOT NULL REFERENCES xet_xorb (id),
    first_chunk INTEGER NOT NULL CHECK (first_chunk >= 0),
    end_chunk INTEGER NOT NULL CHECK (end_chunk > first_chunk),
    PRIMARY KEY (file_id, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX xet_term_xorb ON xet_term (xorb_id);

-- Chunks that clients ask for by hash: the first of each file, and one in 1,024.
CREATE TABLE xet_chunk (
    domain INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    xorb_id INTEGER NOT NULL REFERENCES xet_xorb (id) ON DELETE CASCADE,
    PRIMARY KEY (domain, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX xet_chunk_xorb ON xet_chunk (xorb_id);

-- Clients remember xorbs by the address of a domain; a new epoch is a new address. A domain without a row has the first.
CREATE TABLE xet_epoch (
    domain INTEGER NOT NULL PRIMARY KEY,
    epoch INTEGER NOT NULL CHECK (epoch > 0)
) STRICT;

-- Files that came whole, and are still to be cut into chunks for a domain.
CREATE TABLE xet_queue (
    domain INTEGER NOT NULL,
    sha256 BLOB NOT NULL REFERENCES blob (sha256) ON DELETE CASCADE,
    queued_at INTEGER NOT NULL,
    failure TEXT,
    PRIMARY KEY (domain, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX xet_queue_blob ON xet_queue (sha256);
CREATE INDEX xet_queue_open ON xet_queue (queued_at) WHERE failure IS NULL;

-- What was pushed before.
INSERT INTO xet_queue (domain, sha256, queued_at)
SELECT DISTINCT repo.owner_id, repo_blob.sha256, 0
FROM repo_blob JOIN repo ON repo.id = repo_blob.repo_id JOIN file_object ON file_object.sha256 = repo_blob.sha256
WHERE file_object.pointer_size IS NOT NULL;
