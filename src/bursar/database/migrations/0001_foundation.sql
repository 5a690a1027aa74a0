-- The rows that Bursar keeps. Statuses and ids are those of the published API.
-- Forward only: never edit a released migration, add the next.

CREATE TABLE accounts (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name        text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 255),
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Only the SHA-256 of a key is kept; `prefix` is what a person may see of it in a list.
CREATE TABLE api_keys (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    prefix       text NOT NULL,
    key_sha256   bytea NOT NULL UNIQUE,
    permissions  text[] NOT NULL DEFAULT '{read,write}',
    work_limit   integer,               -- units of work a minute; null: the server's setting, 0: none
    read_limit   integer,               -- reads a minute; likewise
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);
CREATE INDEX api_keys_account ON api_keys (account_id);

CREATE TABLE documents (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    file_id      text NOT NULL UNIQUE,  -- storage name shown to callers: <nanoseconds>_<safe file name>
    filename     text NOT NULL,         -- as uploaded, control characters removed
    format       text NOT NULL,         -- pdf, png, jpeg, tiff, webp, heic, xml
    kind         text CHECK (kind IN ('invoice', 'statement')),  -- as declared at upload
    size_bytes   bigint NOT NULL,
    sha256       bytea NOT NULL,
    storage_key  text NOT NULL,         -- where the bytes lie; shared by equal uploads of one account
    page_count   integer NOT NULL,
    callback_url text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    deleted_at   timestamptz
);
CREATE INDEX documents_newest ON documents (account_id, created_at DESC, id);
CREATE INDEX documents_storage ON documents (account_id, storage_key) WHERE deleted_at IS NULL;

CREATE TABLE batches (
    id           text PRIMARY KEY,      -- batch_<nanoseconds>
    account_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind         text CHECK (kind IN ('invoice', 'statement')),
    callback_url text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE jobs (
    id             text PRIMARY KEY,    -- job_<nanoseconds>, unique over all processes
    account_id     uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    document_id    uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    batch_id       text REFERENCES batches ON DELETE CASCADE,
    batch_position integer,
    kind           text CHECK (kind IN ('invoice', 'statement')),  -- null: to be detected
    detected_kind  text,
    status         text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
    progress       smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    attempt        integer NOT NULL DEFAULT 0,  -- the fence: only the attempt that is current may write
    options        jsonb NOT NULL DEFAULT '{}',
    metadata       jsonb,               -- the caller's own, echoed
    schema_id      text,
    callback_url   text,
    unlocked_key   text,                -- a decrypted copy of the document, for this job only (passwords are never stored)
    error          jsonb,               -- {code, message, details}
    result         json,                -- json, not jsonb: key order and digits stay as written
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    started_at     timestamptz,
    completed_at   timestamptz,
    cancelled_at   timestamptz
);
CREATE INDEX jobs_newest ON jobs (account_id, created_at DESC, id);
CREATE INDEX jobs_of_document ON jobs (document_id, created_at DESC);
CREATE INDEX jobs_of_batch ON jobs (batch_id, batch_position) WHERE batch_id IS NOT NULL;
CREATE INDEX jobs_unfinished ON jobs (status, updated_at) WHERE status IN ('pending', 'processing');
