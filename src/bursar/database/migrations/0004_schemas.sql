-- Output shapes that callers define. Earlier versions are kept: a job says which one it used.
CREATE TABLE schemas (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    name        text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('invoice', 'statement')),
    description text,
    version     integer NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    deleted_at  timestamptz
);
CREATE UNIQUE INDEX schemas_active ON schemas (account_id, name) WHERE deleted_at IS NULL;

CREATE TABLE schema_versions (
    schema_id   uuid NOT NULL REFERENCES schemas ON DELETE CASCADE,
    version     integer NOT NULL,
    definition  json NOT NULL,          -- json, not jsonb: the order of its keys is that of the result
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (schema_id, version)
);

-- A job whose caller named a schema (`schema_exact`) answers with exactly that schema's keys; another one may have used
-- its account's only schema of that kind, which `schema_id` and `schema_version` then say as well.
ALTER TABLE jobs
    ADD COLUMN schema_version integer,
    ADD COLUMN schema_inline json,
    ADD COLUMN schema_exact boolean NOT NULL DEFAULT false;
