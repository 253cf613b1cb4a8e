-- Browsers that somebody is signed in with.
CREATE TABLE session (
    -- SHA-256 of what the cookie holds.
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- The access token it began with: the session ends when that does. NULL: the sign-in was elsewhere.
    token_id INTEGER REFERENCES token (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_token ON session (token_id);
CREATE INDEX session_end ON session (expires_at);

-- Who an identity provider says somebody is.
CREATE TABLE identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_account ON identity (account_id);

-- Programs that people may let act for them.
CREATE TABLE oauth_app (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- SHA-256; NULL is a public client, which cannot keep a secret.
    secret_hash BLOB CHECK (length(secret_hash) = 32),
    -- JSON array of addresses that a browser may be sent back to; empty: device codes only.
    redirect_uris TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What a program has asked for and somebody has granted, or not yet.
CREATE TABLE oauth_grant (
    id INTEGER PRIMARY KEY,
    app_id INTEGER NOT NULL REFERENCES oauth_app (id) ON DELETE CASCADE,
    -- SHA-256 of the device code or authorisation code, until it was exchanged.
    code_hash BLOB UNIQUE CHECK (length(code_hash) = 32),
    -- What somebody types in, of a device code.
    user_code TEXT UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'denied', 'exchanged')),
    -- Space-separated.
    scopes TEXT NOT NULL,
    account_id INTEGER REFERENCES account (id) ON DELETE CASCADE,
    redirect_uri TEXT,
    code_challenge TEXT,
    nonce TEXT,
    polled_at INTEGER,
    created_at INTEGER NOT NULL,
    -- Of the code.
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX oauth_grant_app ON oauth_grant (app_id);
CREATE INDEX oauth_grant_account ON oauth_grant (account_id);
CREATE INDEX oauth_grant_end ON oauth_grant (expires_at) WHERE status <> 'exchanged';

-- The access tokens of a grant, each with the refresh token that was given out beside it.
CREATE TABLE oauth_token (
    -- SHA-256 of the refresh token.
    refresh_hash BLOB NOT NULL PRIMARY KEY CHECK (length(refresh_hash) = 32),
    grant_id INTEGER NOT NULL REFERENCES oauth_grant (id) ON DELETE CASCADE,
    token_id INTEGER NOT NULL REFERENCES token (id) ON DELETE CASCADE,
    -- Of the refresh token.
    expires_at INTEGER NOT NULL,
    -- When the refresh token was used: once, but for a moment in which two programs may do so.
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX oauth_token_grant ON oauth_token (grant_id);
CREATE INDEX oauth_token_token ON oauth_token (token_id);

-- The programs that everybody has: huggingface_hub's `hf auth login`, by the client id it carries, and hubctl.
INSERT INTO oauth_app (client_id, name, secret_hash, redirect_uris, created_at) VALUES
    ('26be6b09-91c5-47da-9861-d2d2bb7a7e36', 'Hugging Face CLI', NULL, '[]', 0),
    ('hubctl', 'hubctl', NULL, '[]', 0);
