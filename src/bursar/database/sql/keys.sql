-- name: ensure_account
INSERT INTO accounts (name) VALUES (%(account)s)
ON CONFLICT (name) DO UPDATE SET name = excluded.name
RETURNING id;

-- name: find_access
-- One write a minute at most, for `last_used_at`; every other look is a read.
WITH used AS (
    UPDATE api_keys SET last_used_at = now()
    WHERE key_sha256 = %(key_sha256)s AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
)
SELECT id AS key_id, account_id, permissions, work_limit, read_limit, expires_at
FROM api_keys
WHERE key_sha256 = %(key_sha256)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now());

-- name: list_keys
SELECT k.id, a.name AS account, k.prefix, k.permissions, k.created_at, k.expires_at, k.revoked_at, k.last_used_at
FROM api_keys k JOIN accounts a ON a.id = k.account_id
ORDER BY a.name, k.created_at, k.id;

-- name: revoke_key
UPDATE api_keys k SET revoked_at = now()
FROM accounts a
WHERE a.id = k.account_id AND (k.id::text = %(named)s OR k.prefix = %(named)s) AND k.revoked_at IS NULL
RETURNING k.id, a.name AS account, k.prefix, k.permissions, k.created_at, k.expires_at, k.revoked_at, k.last_used_at;

-- name: add_key
INSERT INTO api_keys (account_id, prefix, key_sha256, permissions, work_limit, read_limit, expires_at)
VALUES (%(account_id)s, %(prefix)s, %(key_sha256)s, %(permissions)s, %(work_limit)s, %(read_limit)s, %(expires_at)s)
RETURNING id, prefix, permissions, work_limit, read_limit, created_at, expires_at, revoked_at, last_used_at;

-- name: list_account_keys
SELECT id, prefix, permissions, work_limit, read_limit, created_at, expires_at, revoked_at, last_used_at
FROM api_keys WHERE account_id = %(account_id)s
ORDER BY created_at, id;

-- name: revoke_account_key
UPDATE api_keys SET revoked_at = coalesce(revoked_at, now())
WHERE account_id = %(account_id)s AND id::text = %(id)s
RETURNING id, prefix, permissions, work_limit, read_limit, created_at, expires_at, revoked_at, last_used_at;
