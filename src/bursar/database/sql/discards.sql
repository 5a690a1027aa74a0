-- name: note_discard
INSERT INTO discards (storage_key, due_at) VALUES (%(storage_key)s, now() + %(after)s)
ON CONFLICT (storage_key) DO UPDATE SET due_at = excluded.due_at;

-- name: drop_discards
DELETE FROM discards WHERE storage_key = ANY(%(storage_keys)s);

-- name: lock_due_discards
SELECT storage_key FROM discards WHERE due_at <= now() ORDER BY due_at LIMIT 100 FOR UPDATE SKIP LOCKED;

-- name: lock_discards
SELECT storage_key FROM discards WHERE storage_key = ANY(%(storage_keys)s) FOR UPDATE;
