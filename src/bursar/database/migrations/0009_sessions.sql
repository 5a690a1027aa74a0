-- People who look at the dashboard: a session stands for a key, and ends with it.

-- Only the SHA-256 of the token in the cookie is kept.
CREATE TABLE sessions (
    token_sha256 bytea PRIMARY KEY,
    key_id       uuid NOT NULL REFERENCES api_keys ON DELETE CASCADE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL
);
CREATE INDEX sessions_expiring ON sessions (expires_at);

-- A link that opens one session, once.
CREATE TABLE login_links (
    token_sha256 bytea PRIMARY KEY,
    key_id       uuid NOT NULL REFERENCES api_keys ON DELETE CASCADE,
    expires_at   timestamptz NOT NULL
);
