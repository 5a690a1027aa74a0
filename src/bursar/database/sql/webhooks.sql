-- name: claim_deliveries
-- The first that waits of each subject, a few of each host, and none of a host that is busy already. Two couriers may
-- choose the same; the second finds it claimed.
WITH first AS (
    SELECT d.id, d.host, d.due_at FROM deliveries d
    WHERE d.status = 'pending' AND d.due_at <= now() AND (d.claimed_until IS NULL OR d.claimed_until < now())
      AND d.host <> ALL (%(busy)s::text[])
      AND NOT EXISTS (
          SELECT FROM deliveries e
          WHERE e.subject = d.subject AND e.url = d.url AND e.status = 'pending' AND e.id < d.id
      )
    ORDER BY d.due_at LIMIT 500
), chosen AS (
    SELECT id FROM (
        SELECT id, due_at, row_number() OVER (PARTITION BY host ORDER BY due_at, id) AS turn FROM first
    ) turns
    WHERE turn <= %(per_host)s ORDER BY due_at, id LIMIT %(most)s
)
UPDATE deliveries d SET claimed_until = clock_timestamp() + %(lease)s::interval
FROM chosen WHERE d.id = chosen.id AND d.status = 'pending' AND (d.claimed_until IS NULL OR d.claimed_until < now())
RETURNING d.id, d.account_id, d.event_id, d.url, d.host, d.claimed_until, jsonb_array_length(d.tries) AS tried;

-- name: settle_delivery
-- Nothing changes when somebody else has it by now.
UPDATE deliveries
SET status = %(status)s, tries = tries || %(tried)s::jsonb, claimed_until = NULL,
    due_at = now() + %(wait)s::interval,
    settled_at = CASE WHEN %(status)s::text <> 'pending' THEN now() END
WHERE id = %(id)s AND claimed_until = %(claimed_until)s;

-- name: list_deliveries
SELECT d.id, d.event_id, e.name, d.subject, e.job_id, e.batch_id, d.url, d.status, d.tries, d.due_at, d.created_at,
       d.settled_at, count(*) OVER () AS total
FROM deliveries d JOIN events e ON e.id = d.event_id
WHERE d.account_id = %(account_id)s AND (%(status)s::text IS NULL OR d.status = %(status)s)
  AND (%(subject)s::text IS NULL OR d.subject = %(subject)s)
ORDER BY d.id DESC LIMIT %(page_size)s OFFSET %(skipped)s;

-- name: find_delivery
SELECT d.id, d.event_id, e.name, d.subject, e.job_id, e.batch_id, d.url, d.status, d.tries, d.due_at, d.created_at,
       d.settled_at
FROM deliveries d JOIN events e ON e.id = d.event_id
WHERE d.id = %(id)s AND d.account_id = %(account_id)s;

-- name: add_delivery
SELECT add_delivery(%(account_id)s, %(event_id)s, %(subject)s, %(url)s) AS id;

-- name: next_due
-- Those that wait for one before them are not due before that one is settled.
SELECT extract(epoch FROM min(d.due_at) - now())::float8 AS seconds FROM deliveries d
WHERE d.status = 'pending' AND d.claimed_until IS NULL
  AND NOT EXISTS (
      SELECT FROM deliveries e WHERE e.subject = d.subject AND e.url = d.url AND e.status = 'pending' AND e.id < d.id
  );

-- name: list_secrets
SELECT secret FROM webhook_secrets
WHERE account_id = %(account_id)s AND (expires_at IS NULL OR expires_at > now())
ORDER BY expires_at DESC NULLS FIRST, created_at DESC;

-- name: add_secret
INSERT INTO webhook_secrets (account_id, secret) VALUES (%(account_id)s, %(secret)s)
ON CONFLICT (account_id) WHERE expires_at IS NULL DO NOTHING;

-- name: lock_account
SELECT id FROM accounts WHERE id = %(account_id)s FOR UPDATE;

-- name: retire_secrets
UPDATE webhook_secrets SET expires_at = now() + %(grace)s::interval WHERE account_id = %(account_id)s AND expires_at IS NULL
RETURNING expires_at;

-- name: forget_secrets
DELETE FROM webhook_secrets WHERE expires_at < now();

-- name: count_deliveries
-- How the deliveries of the last 300 s ended, and how many wait.
SELECT status, count(*) AS deliveries FROM deliveries WHERE settled_at > now() - interval '300 s' GROUP BY status
UNION ALL
SELECT 'pending', count(*) FROM deliveries WHERE status = 'pending';
