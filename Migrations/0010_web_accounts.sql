-- Passwords, as the PHC text of their Argon2id hash; who has none signs in by token or identity provider.
CREATE TABLE password (
    account_id INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    hash TEXT NOT NULL CHECK (substr(hash, 1, 10) = '$argon2id$'),
    changed_at INTEGER NOT NULL
) STRICT;

-- Accounts that open nothing until they are enabled again; what they own stays.
ALTER TABLE account ADD COLUMN disabled_at INTEGER;
-- Whether an administrator or an identity provider vouched for the address; what people say themselves is not checked.
ALTER TABLE account ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 1 CHECK (email_verified IN (0, 1));
-- Who signs in by address of mail.
CREATE INDEX account_email ON account (lower(email)) WHERE email IS NOT NULL;

-- What its owner knows a session by.
ALTER TABLE session ADD COLUMN last_used_at INTEGER;
ALTER TABLE session ADD COLUMN address TEXT;
ALTER TABLE session ADD COLUMN agent TEXT;
-- password, token, or the identity provider's address.
ALTER TABLE session ADD COLUMN means TEXT NOT NULL DEFAULT 'token';

-- Who has the code may sign up, as often as uses are left.
CREATE TABLE invitation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SHA-256 of the code.
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    -- NULL: the operator, on the machine.
    creator_id INTEGER REFERENCES account (id) ON DELETE SET NULL,
    uses INTEGER NOT NULL CHECK (uses >= 1),
    uses_left INTEGER NOT NULL CHECK (uses_left BETWEEN 0 AND uses),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invitation_creator ON invitation (creator_id);
