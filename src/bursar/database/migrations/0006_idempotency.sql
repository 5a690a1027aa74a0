-- First replies to requests that carried an Idempotency-Key. While `status` is null the request is being answered, by
-- `owner`, who says until `held_until` that it lives. The reply is written in the transaction of the work itself.
CREATE TABLE idempotency (
    account_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    key         text NOT NULL,
    owner       uuid NOT NULL,
    held_until  timestamptz NOT NULL,
    fingerprint bytea,                  -- SHA-256 of method, address and body
    status      smallint,
    body        bytea,                  -- null where the reply held a secret
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_oldest ON idempotency (created_at);
