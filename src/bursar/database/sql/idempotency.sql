-- name: claim_key
-- A key is free that was never used, was used long ago, or whose owner died without having done anything.
INSERT INTO idempotency AS i (account_id, key, owner, held_until)
VALUES (%(account_id)s, %(key)s, %(owner)s, now() + %(lease)s::interval)
ON CONFLICT (account_id, key) DO UPDATE
SET owner = excluded.owner, held_until = excluded.held_until, fingerprint = NULL, status = NULL, body = NULL, created_at = now()
WHERE (i.status IS NULL AND i.held_until < now()) OR i.created_at < now() - %(lifetime)s::interval
RETURNING owner;

-- name: find_reply
SELECT fingerprint, status, body FROM idempotency WHERE account_id = %(account_id)s AND key = %(key)s;

-- name: hold_key
UPDATE idempotency SET held_until = now() + %(lease)s::interval
WHERE account_id = %(account_id)s AND key = %(key)s AND owner = %(owner)s AND status IS NULL;

-- name: keep_reply
UPDATE idempotency SET fingerprint = %(fingerprint)s, status = %(status)s, body = %(body)s
WHERE account_id = %(account_id)s AND key = %(key)s AND owner = %(owner)s AND status IS NULL;

-- name: free_key
DELETE FROM idempotency
WHERE account_id = %(account_id)s AND key = %(key)s AND owner = %(owner)s AND status IS NULL;

-- name: forget_replies
DELETE FROM idempotency WHERE created_at < now() - %(lifetime)s::interval;
