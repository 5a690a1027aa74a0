-- name: add_session
-- Those that ran out go at the same time: nobody else looks for them.
WITH gone AS (DELETE FROM sessions WHERE expires_at < now())
INSERT INTO sessions (token_sha256, key_id, expires_at) VALUES (%(token_sha256)s, %(key_id)s, now() + %(lasting)s);

-- name: find_session
SELECT k.id AS key_id, k.account_id, k.permissions, k.work_limit, k.read_limit, k.expires_at, a.name AS account
FROM sessions s JOIN api_keys k ON k.id = s.key_id JOIN accounts a ON a.id = k.account_id
WHERE s.token_sha256 = %(token_sha256)s AND s.expires_at > now()
  AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now());

-- name: end_session
DELETE FROM sessions WHERE token_sha256 = %(token_sha256)s;

-- name: add_link
WITH gone AS (DELETE FROM login_links WHERE expires_at < now())
INSERT INTO login_links (token_sha256, key_id, expires_at) VALUES (%(token_sha256)s, %(key_id)s, now() + %(lasting)s);

-- name: take_link
DELETE FROM login_links WHERE token_sha256 = %(token_sha256)s AND expires_at > now() RETURNING key_id;
